/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-composer"

#include "chat-composer.h"

#include "chat-markup.h"
#include "chat-message.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ChatComposer
{
  AdwBin        parent_instance;

  gboolean      enter_sends;
  gboolean      refuses;
  char         *reply;     /* what is answered, or NULL */

  /* Template */
  GtkWidget    *reply_box;
  GtkLabel     *reply_label;
  GtkLabel     *notice;
  GtkWidget    *entry_box;
  GtkWidget    *emoji;
  GtkTextView  *view;
  GtkWidget    *placeholder;
  GtkWidget    *send;
};

enum { SEND, N_SIGNALS };

static guint signals[N_SIGNALS];

enum { PROP_0, PROP_ENTER_SENDS, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (ChatComposer, chat_composer, ADW_TYPE_BIN)

/* --- the text --- */

/* What is written. */
char *
chat_composer_get_text (ChatComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter begin, end;

  gtk_text_buffer_get_bounds (buffer, &begin, &end);

  return gtk_text_buffer_get_text (buffer, &begin, &end, FALSE);
}

void
chat_composer_set_text (ChatComposer *self,
                        const char   *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), text, -1);
}

/* What is answered, or NULL. */
const char *
chat_composer_get_reply (ChatComposer *self)
{
  return self->reply;
}

/* What is written answers @quoted, unless that is NULL. */
void
chat_composer_set_reply (ChatComposer *self,
                         const char   *quoted)
{
  char *reply = g_strdup (quoted);

  g_free (self->reply);
  self->reply = reply;
  gtk_widget_set_visible (self->reply_box, reply != NULL);
  if (reply != NULL)
    {
      g_autofree char *clean = chat_markup_clean (reply, chat_markup_fold (reply, strlen (reply),
                                                                           200, 3));
      gtk_label_set_label (self->reply_label, clean);
    }
}

void
chat_composer_clear (ChatComposer *self)
{
  chat_composer_set_text (self, "");
  chat_composer_set_reply (self, NULL);
}

/* --- what is said about it --- */

static void
update (ChatComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  gboolean is_empty = gtk_text_buffer_get_char_count (buffer) == 0;

  gtk_widget_set_visible (self->placeholder, is_empty);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send", !is_empty && !self->refuses);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.insert-emoji", !self->refuses);
}

/* Says why what is written was not sent; NULL: nothing is wrong with it. */
void
chat_composer_complain (ChatComposer *self,
                        const char   *why)
{
  if (why != NULL)
    {
      gtk_label_set_label (self->notice, why);
      gtk_widget_add_css_class (GTK_WIDGET (self->notice), "error");
    }

  gtk_widget_set_visible (GTK_WIDGET (self->notice), why != NULL);
}

/* Nothing can be sent because of @why, or again if it is NULL. */
void
chat_composer_set_refusal (ChatComposer *self,
                           const char   *why)
{
  self->refuses = why != NULL;
  gtk_widget_set_sensitive (self->entry_box, why == NULL);
  gtk_widget_remove_css_class (GTK_WIDGET (self->notice), "error");
  if (why != NULL)
    gtk_label_set_label (self->notice, why);
  gtk_widget_set_visible (GTK_WIDGET (self->notice), why != NULL);
  update (self);
}

static void
on_changed (ChatComposer *self)
{
  if (!self->refuses)
    chat_composer_complain (self, NULL);
  update (self);
}

/* --- sending --- */

static void
on_send (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  ChatComposer *self = CHAT_COMPOSER (widget);
  g_autofree char *text = chat_composer_get_text (self);
  g_autofree char *quote = self->reply != NULL ? chat_markup_quote (self->reply) : g_strdup ("");
  g_autofree char *whole = NULL;

  g_strchomp (text);
  if (*text == '\0' || self->refuses)
    return;

  whole = g_strconcat (quote, text, NULL);
  if (strlen (whole) > CHAT_MESSAGE_MAX_BODY)
    chat_composer_complain (self, _("This is too long to be sent: a message may have 1 MiB."));
  else
    g_signal_emit (self, signals[SEND], 0, whole);
}

/* The input method comes first: to many, Enter ends a word. */
static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint                  key,
                guint                  code,
                GdkModifierType        state,
                ChatComposer          *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  gboolean is_enter = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;
  GdkModifierType with = state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK);
  gboolean sends = with == GDK_CONTROL_MASK || (self->enter_sends && with == 0);

  if (key == GDK_KEY_Escape && self->reply != NULL)
    {
      chat_composer_set_reply (self, NULL);
      return TRUE;
    }

  if (!is_enter || !sends)
    return FALSE;

  if (!gtk_text_view_im_context_filter_keypress (self->view, event))
    gtk_widget_activate_action (GTK_WIDGET (self), "composer.send", NULL);

  return TRUE;
}

static void
on_insert_emoji (GtkWidget  *widget,
                 const char *action,
                 GVariant   *parameter)
{
  ChatComposer *self = CHAT_COMPOSER (widget);

  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  g_signal_emit_by_name (self->view, "insert-emoji");
}

static void
on_drop_reply (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  ChatComposer *self = CHAT_COMPOSER (widget);

  chat_composer_set_reply (self, NULL);
  chat_composer_focus (self);
}

void
chat_composer_focus (ChatComposer *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* --- life --- */

static void
chat_composer_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  g_value_set_boolean (value, CHAT_COMPOSER (object)->enter_sends);
}

static void
chat_composer_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  CHAT_COMPOSER (object)->enter_sends = g_value_get_boolean (value);
}

static void
chat_composer_finalize (GObject *object)
{
  g_free (CHAT_COMPOSER (object)->reply);

  G_OBJECT_CLASS (chat_composer_parent_class)->finalize (object);
}

static void
chat_composer_class_init (ChatComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = chat_composer_get_property;
  object_class->set_property = chat_composer_set_property;
  object_class->finalize = chat_composer_finalize;

  properties[PROP_ENTER_SENDS] = g_param_spec_boolean ("enter-sends", NULL, NULL, TRUE,
                                                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[SEND] = g_signal_new ("send", CHAT_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, reply_box);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, reply_label);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, notice);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, entry_box);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, emoji);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, view);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, send);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);

  gtk_widget_class_install_action (widget_class, "composer.send", NULL, on_send);
  gtk_widget_class_install_action (widget_class, "composer.insert-emoji", NULL, on_insert_emoji);
  gtk_widget_class_install_action (widget_class, "composer.drop-reply", NULL, on_drop_reply);
}

static void
chat_composer_init (ChatComposer *self)
{
  self->enter_sends = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->view), "changed",
                            G_CALLBACK (on_changed), self);
  update (self);
}
