/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-noise-private.h"

#include <json-glib/json-glib.h>
#include <sodium.h>
#include <string.h>

/* Checks all vectors of the pattern that the chat speaks in files of the form that
 * cacophony, snow and others publish: what both sides send and read, the handshake's
 * hash, and the messages after it. */

#define BUFFER_SIZE (CHAT_NOISE_MESSAGE_MAX + 1)

typedef struct
{
  guint n_run;
  guint n_skipped;
  guint n_failed;
} Counts;

/* One side of the conversation. Without its keys, only the other one is checked. */
typedef struct
{
  gboolean         is_present;
  ChatNoiseKeyPair fixed;  /* the static key */
  ChatNoise        noise;
  ChatNoiseCipher  send;
  ChatNoiseCipher  receive;
} Side;

/* Each returns what is wrong, or NULL. */

static JsonNode *
get_any (JsonObject *object,
         const char *name,
         const char *other_name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL && other_name != NULL)
    node = json_object_get_member (object, other_name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static const char *
get_text (JsonObject *object,
          const char *name,
          const char *other_name)
{
  JsonNode *node = get_any (object, name, other_name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/* What is absent is empty. */
static const char *
get_bytes (JsonObject  *object,
           const char  *name,
           const char  *other_name,
           GByteArray **bytes)
{
  const char *digits = get_text (object, name, other_name);
  gsize length = digits != NULL ? strlen (digits) : 0;
  gsize n_bytes = 0;

  *bytes = g_byte_array_new ();
  g_byte_array_set_size (*bytes, length / 2);
  if (length == 0)
    return NULL;

  if (length % 2 != 0 ||
      sodium_hex2bin ((*bytes)->data, length / 2, digits, length, NULL, &n_bytes, NULL) != 0 ||
      n_bytes != length / 2)
    return "not hexadecimal digits";

  return NULL;
}

static const char *
get_key (JsonObject *object,
         const char *name,
         uint8_t    *key,
         gboolean   *has_key)
{
  g_autoptr (GByteArray) bytes = NULL;
  const char *problem = get_bytes (object, name, NULL, &bytes);

  *has_key = bytes->len > 0;
  if (problem != NULL || !*has_key)
    return problem;
  if (bytes->len != CHAT_NOISE_KEY_SIZE)
    return "a key of another length";

  memcpy (key, bytes->data, CHAT_NOISE_KEY_SIZE);

  return NULL;
}

static const char *
begin_side (Side       *side,
            JsonObject *vector,
            gboolean    initiator)
{
  const char *prefix = initiator ? "init" : "resp";
  g_autofree char *static_name = g_strconcat (prefix, "_static", NULL);
  g_autofree char *ephemeral_name = g_strconcat (prefix, "_ephemeral", NULL);
  g_autofree char *prologue_name = g_strconcat (prefix, "_prologue", NULL);
  g_autoptr (GByteArray) prologue = NULL;
  uint8_t fixed[CHAT_NOISE_KEY_SIZE];
  uint8_t ephemeral[CHAT_NOISE_KEY_SIZE];
  gboolean has_static, has_ephemeral;
  const char *problem;

  if ((problem = get_key (vector, static_name, fixed, &has_static)) != NULL ||
      (problem = get_key (vector, ephemeral_name, ephemeral, &has_ephemeral)) != NULL ||
      (problem = get_bytes (vector, prologue_name, "prologue", &prologue)) != NULL)
    return problem;
  side->is_present = has_static && has_ephemeral;
  if (!side->is_present)
    return NULL;

  chat_noise_key_pair_set (&side->fixed, fixed);
  chat_noise_init (&side->noise, initiator, &side->fixed, prologue->data, prologue->len);
  chat_noise_fix_ephemeral (&side->noise, ephemeral);

  return NULL;
}

static gboolean
is_equal (const GByteArray *bytes,
          const uint8_t    *buffer,
          gsize             length)
{
  return bytes->len == length && (length == 0 || memcmp (bytes->data, buffer, length) == 0);
}

static const char *
check_handshake_message (Side             *sender,
                         Side             *receiver,
                         const GByteArray *payload,
                         const GByteArray *ciphertext)
{
  g_autofree uint8_t *buffer = g_malloc (BUFFER_SIZE);
  gsize length;

  if (sender->is_present &&
      !chat_noise_write (&sender->noise, payload->data, payload->len, buffer, BUFFER_SIZE,
                         &length))
    return "cannot write it";
  if (sender->is_present && !is_equal (ciphertext, buffer, length))
    return "it is written differently";

  if (receiver->is_present &&
      !chat_noise_read (&receiver->noise, ciphertext->data, ciphertext->len, buffer,
                        BUFFER_SIZE, &length))
    return "cannot read it";
  if (receiver->is_present && !is_equal (payload, buffer, length))
    return "it is read differently";

  return NULL;
}

static const char *
check_transport_message (Side             *sender,
                         Side             *receiver,
                         const GByteArray *payload,
                         const GByteArray *ciphertext)
{
  g_autofree uint8_t *buffer = g_malloc (payload->len + CHAT_NOISE_TAG_SIZE);

  if (ciphertext->len != payload->len + CHAT_NOISE_TAG_SIZE)
    return "it has another length";

  if (sender->is_present &&
      !chat_noise_cipher_seal (&sender->send, NULL, 0, payload->data, payload->len, buffer))
    return "cannot seal it";
  if (sender->is_present && !is_equal (ciphertext, buffer, ciphertext->len))
    return "it is sealed differently";

  if (receiver->is_present &&
      !chat_noise_cipher_open (&receiver->receive, NULL, 0, ciphertext->data, ciphertext->len,
                               buffer))
    return "cannot open it";
  if (receiver->is_present && !is_equal (payload, buffer, payload->len))
    return "it is opened differently";

  return NULL;
}

/* Both sides have to know each other by now. */
static const char *
check_end (Side       *sides,
           JsonObject *vector)
{
  g_autoptr (GByteArray) hash = NULL;
  const char *problem = get_bytes (vector, "handshake_hash", NULL, &hash);

  if (problem != NULL)
    return problem;

  for (guint i = 0; i < 2; i++)
    {
      Side *other = &sides[1 - i];

      if (!sides[i].is_present)
        continue;
      if (!chat_noise_is_done (&sides[i].noise))
        return "it is not over";
      if (hash->len > 0 &&
          !is_equal (hash, chat_noise_get_hash (&sides[i].noise), CHAT_NOISE_HASH_SIZE))
        return "the hash is another one";
      if (other->is_present &&
          memcmp (sides[i].noise.remote_static, other->fixed.public, CHAT_NOISE_KEY_SIZE) != 0)
        return "the peer's key is another one";
      chat_noise_split (&sides[i].noise, &sides[i].send, &sides[i].receive);
    }

  return NULL;
}

static const char *
check_message (Side       *sides,
               JsonObject *message,
               guint       number)
{
  g_autoptr (GByteArray) payload = NULL;
  g_autoptr (GByteArray) ciphertext = NULL;
  Side *sender = &sides[number % 2];
  Side *receiver = &sides[1 - number % 2];
  const char *problem;

  if ((problem = get_bytes (message, "payload", NULL, &payload)) != NULL ||
      (problem = get_bytes (message, "ciphertext", NULL, &ciphertext)) != NULL)
    return problem;

  if (number < CHAT_NOISE_MESSAGES)
    return check_handshake_message (sender, receiver, payload, ciphertext);

  return check_transport_message (sender, receiver, payload, ciphertext);
}

static const char *
check_messages (Side       *sides,
                JsonObject *vector,
                guint      *number)
{
  JsonNode *node = get_any (vector, "messages", NULL);
  JsonArray *messages = node != NULL && JSON_NODE_HOLDS_ARRAY (node)
                        ? json_node_get_array (node) : NULL;
  guint n_messages = messages != NULL ? json_array_get_length (messages) : 0;

  if (!sides[0].is_present && !sides[1].is_present)
    return "keys are missing";
  if (n_messages == 0)
    return "there are no messages";

  for (*number = 0; *number < n_messages; ++*number)
    {
      JsonNode *message = json_array_get_element (messages, *number);
      const char *problem;

      problem = JSON_NODE_HOLDS_OBJECT (message)
                ? check_message (sides, json_node_get_object (message), *number)
                : "it is not an object";
      if (problem == NULL && *number == CHAT_NOISE_MESSAGES - 1)
        problem = check_end (sides, vector);
      if (problem != NULL)
        return problem;
    }

  return NULL;
}

static gboolean
is_true (JsonObject *vector,
         const char *name)
{
  JsonNode *node = get_any (vector, name, NULL);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_boolean (node);
}

/* Other names for a vector may stand beside the protocol's; some files have only its
 * parts. */
static gboolean
is_ours (JsonObject *vector)
{
  const char *name = get_text (vector, "protocol_name", "name");
  JsonNode *keys = get_any (vector, "init_psks", "resp_psks");
  g_autofree char *joined = NULL;

  if (name == NULL)
    name = joined = g_strdup_printf ("Noise_%s_%s_%s_%s",
                                     get_text (vector, "pattern", NULL),
                                     get_text (vector, "dh", NULL),
                                     get_text (vector, "cipher", NULL),
                                     get_text (vector, "hash", NULL));

  return strcmp (name, CHAT_NOISE_PROTOCOL) == 0 &&
         !is_true (vector, "fallback") && !is_true (vector, "fail") &&
         get_any (vector, "fallback_pattern", NULL) == NULL &&
         get_any (vector, "init_psk", "resp_psk") == NULL &&
         (keys == NULL || !JSON_NODE_HOLDS_ARRAY (keys) ||
          json_array_get_length (json_node_get_array (keys)) == 0);
}

static void
check_vector (JsonNode   *node,
              guint       index,
              const char *path,
              Counts     *counts)
{
  JsonObject *vector = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autofree Side *sides = g_new0 (Side, 2);
  const char *problem;
  guint number = 0;

  if (vector == NULL || !is_ours (vector))
    {
      counts->n_skipped++;
      return;
    }

  counts->n_run++;
  if ((problem = begin_side (&sides[0], vector, TRUE)) == NULL &&
      (problem = begin_side (&sides[1], vector, FALSE)) == NULL)
    problem = check_messages (sides, vector, &number);

  if (problem != NULL)
    {
      counts->n_failed++;
      g_printerr ("%s: vector %u, message %u: %s\n", path, index, number, problem);
    }
}

static gboolean
check_file (const char *path,
            Counts     *counts)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonNode *root;
  JsonArray *vectors = NULL;

  if (!json_parser_load_from_file (parser, path, &error))
    {
      g_printerr ("%s: %s\n", path, error->message);
      return FALSE;
    }

  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    root = get_any (json_node_get_object (root), "vectors", NULL);
  if (root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    vectors = json_node_get_array (root);
  if (vectors == NULL)
    {
      g_printerr ("%s: there are no vectors in it\n", path);
      return FALSE;
    }

  for (guint i = 0; i < json_array_get_length (vectors); i++)
    check_vector (json_array_get_element (vectors, i), i, path, counts);

  return TRUE;
}

int
main (int   argc,
      char *argv[])
{
  Counts counts = { 0 };
  gboolean ok = TRUE;

  if (argc < 2)
    {
      g_printerr ("Usage: %s FILE.json…\n", argv[0]);
      return 2;
    }

  for (int i = 1; i < argc; i++)
    ok = check_file (argv[i], &counts) && ok;

  g_print ("%s: %u run, %u failed; %u of other protocols skipped\n", CHAT_NOISE_PROTOCOL,
           counts.n_run, counts.n_failed, counts.n_skipped);

  return ok && counts.n_run > 0 && counts.n_failed == 0 ? 0 : 1;
}
