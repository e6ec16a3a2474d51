/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-safety-number"

#include "chat-safety-number.h"

#include "chat-key.h"
#include "chat-qr.h"

#include <string.h>

#define GROUPS_IN_A_LINE 4

struct _ChatSafetyNumber
{
  GtkBox      parent_instance;

  char       *digits;   /* in groups; empty until it is computed */

  GtkPicture *picture;
  GtkLabel   *label;
};

typedef struct
{
  uint8_t ours[CHAT_KEY_SIZE];
  uint8_t theirs[CHAT_KEY_SIZE];
} Keys;

G_DEFINE_FINAL_TYPE (ChatSafetyNumber, chat_safety_number, GTK_TYPE_BOX)

/* Made slow on purpose: a frame would be late. */
static void
compute (GTask        *task,
         gpointer      source,
         gpointer      task_data,
         GCancellable *cancellable)
{
  const Keys *keys = task_data;

  g_task_return_pointer (task, chat_key_get_safety_number (keys->ours, keys->theirs), g_free);
}

/* The last space of each line becomes its end. */
static char *
break_lines (const char *digits)
{
  char *text = g_strdup (digits);
  guint n_spaces = 0;

  for (char *p = text; *p != '\0'; p++)
    if (*p == ' ' && ++n_spaces % GROUPS_IN_A_LINE == 0)
      *p = '\n';

  return text;
}

/* Digits alone take the least room in a code. */
static GdkPaintable *
draw (const char *digits)
{
  g_auto (GStrv) groups = g_strsplit (digits, " ", -1);
  g_autofree char *text = g_strjoinv ("", groups);

  return GDK_PAINTABLE (chat_qr_new (text));
}

static void
on_computed (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  ChatSafetyNumber *self = CHAT_SAFETY_NUMBER (source);
  g_autofree char *lines = NULL;
  g_autoptr (GdkPaintable) code = NULL;

  g_free (self->digits);
  self->digits = g_task_propagate_pointer (G_TASK (result), NULL);

  /* It may have been closed meanwhile. */
  if (self->label == NULL)
    return;

  lines = break_lines (self->digits);
  code = draw (self->digits);
  gtk_label_set_label (self->label, lines);
  gtk_picture_set_paintable (self->picture, code);
}

static void
chat_safety_number_dispose (GObject *object)
{
  ChatSafetyNumber *self = CHAT_SAFETY_NUMBER (object);

  g_clear_pointer ((GtkWidget **) &self->picture, gtk_widget_unparent);
  g_clear_pointer ((GtkWidget **) &self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_safety_number_parent_class)->dispose (object);
}

static void
chat_safety_number_finalize (GObject *object)
{
  g_free (CHAT_SAFETY_NUMBER (object)->digits);

  G_OBJECT_CLASS (chat_safety_number_parent_class)->finalize (object);
}

static void
chat_safety_number_class_init (ChatSafetyNumberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_safety_number_dispose;
  object_class->finalize = chat_safety_number_finalize;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-safety-number.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatSafetyNumber, picture);
  gtk_widget_class_bind_template_child (widget_class, ChatSafetyNumber, label);
}

static void
chat_safety_number_init (ChatSafetyNumber *self)
{
  self->digits = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Two public keys. They are shown some milliseconds later. */
void
chat_safety_number_set_keys (ChatSafetyNumber *self,
                             const guint8     *ours,
                             const guint8     *theirs)
{
  g_autoptr (GTask) task = NULL;
  Keys *keys = NULL;

  g_return_if_fail (CHAT_IS_SAFETY_NUMBER (self));

  task = g_task_new (self, NULL, on_computed, NULL);
  keys = g_new (Keys, 1);
  memcpy (keys->ours, ours, CHAT_KEY_SIZE);
  memcpy (keys->theirs, theirs, CHAT_KEY_SIZE);
  g_task_set_task_data (task, keys, g_free);
  g_task_run_in_thread (task, compute);
}

/* In groups of five with spaces between them; empty until they are there. */
const char *
chat_safety_number_get_digits (ChatSafetyNumber *self)
{
  g_return_val_if_fail (CHAT_IS_SAFETY_NUMBER (self), NULL);

  return self->digits;
}
