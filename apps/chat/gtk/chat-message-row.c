/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-message-row"

#include "chat-message-row.h"

#include "chat-date.h"
#include "chat-markup.h"

#include <glib/gi18n.h>
#include <string.h>

/* What is shown of a text before the user asks for more: to lay it out must not hold up
 * scrolling. What he may unfold here; more opens in a window of its own. */
#define FOLD_CHARS   600
#define FOLD_LINES   16
#define UNFOLD_CHARS 1600

/* No label is narrower, or a long text would be measured with a line for each character. */
#define MIN_CHARS 6

/* Parts of a text that are quotes and answers; the rest is one part. */
#define MAX_BLOCKS 8

struct _ChatMessageRow
{
  GtkWidget             parent_instance;

  ChatItem             *item;      /* or NULL */
  const ChatRowContext *context;   /* its owner's, or NULL */
  GPtrArray            *labels;    /* in blocks, the first ones in use */
  gboolean              unfolded;

  /* Template */
  GtkWidget            *day;
  GtkWidget            *first_new;
  GtkWidget            *bubble;
  GtkWidget            *blocks;
  GtkWidget            *show_all;
  GtkWidget            *hour;
  GtkWidget            *state;
};

enum { MENU, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChatMessageRow, chat_message_row, GTK_TYPE_WIDGET)

/* --- words --- */

static const char *
describe_state (ChatMessageState state)
{
  switch (state)
    {
    case CHAT_MESSAGE_QUEUED:
      return _("Waits to be sent");
    case CHAT_MESSAGE_SENT:
      return _("Sent, not received yet");
    case CHAT_MESSAGE_DELIVERED:
      return _("Delivered");
    case CHAT_MESSAGE_READ:
      /* Translators: the state of a message: the other side has seen it */
      return _("Read");
    case CHAT_MESSAGE_FAILED:
    default:
      return _("Not sent");
    }
}

static const char *
get_icon (ChatMessageState state)
{
  switch (state)
    {
    case CHAT_MESSAGE_QUEUED:
      return "lanyard-queued-symbolic";
    case CHAT_MESSAGE_SENT:
      return "lanyard-sent-symbolic";
    case CHAT_MESSAGE_DELIVERED:
      return "lanyard-delivered-symbolic";
    case CHAT_MESSAGE_READ:
      return "lanyard-read-symbolic";
    case CHAT_MESSAGE_FAILED:
    default:
      return "lanyard-failed-symbolic";
    }
}

static void
tell_assistive (ChatMessageRow *self,
                const char     *text)
{
  g_autofree char *hour = chat_date_describe_hour (chat_item_get_time (self->item));
  g_autofree char *beginning = chat_markup_clean (text, chat_markup_fold (text, strlen (text), 300,
                                                                          G_MAXUINT));
  g_autofree char *label = NULL;

  if (chat_item_is_outgoing (self->item))
    /* Translators: for a screen reader: the hour, how far the message is, and what it says */
    label = g_strdup_printf (_("You, %s, %s: %s"), hour,
                             describe_state (chat_item_get_state (self->item)), beginning);
  else
    /* Translators: for a screen reader: the hour, and what the message says */
    label = g_strdup_printf (_("%s: %s"), hour, beginning);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* --- the text --- */

static GtkWidget *
get_label (ChatMessageRow *self,
           guint           i)
{
  GtkWidget *label;

  if (i < self->labels->len)
    return self->labels->pdata[i];

  label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_INHERIT);
  gtk_label_set_width_chars (GTK_LABEL (label), MIN_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_box_append (GTK_BOX (self->blocks), label);
  g_ptr_array_add (self->labels, label);

  return label;
}

static void
set_class (GtkWidget  *widget,
           const char *name,
           gboolean    has)
{
  if (has)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
show_block (ChatMessageRow  *self,
            guint            i,
            const ChatBlock *block)
{
  GtkWidget *label = get_label (self, i);
  const char *const *words = self->context != NULL ? (const char *const *) self->context->words
                                                   : NULL;
  g_autofree char *markup = chat_markup_build (block->text, words);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  set_class (label, "quote", block->is_quote);
  gtk_widget_set_visible (label, TRUE);
}

/* What of the text is shown now. */
static char *
fold (ChatMessageRow *self,
      const char     *text)
{
  gsize size = strlen (text);
  gsize shown = self->unfolded ? chat_markup_fold (text, size, UNFOLD_CHARS, G_MAXUINT)
                               : chat_markup_fold (text, size, FOLD_CHARS, FOLD_LINES);
  gboolean whole = shown == chat_item_get_size (self->item);
  g_autofree char *clean = chat_markup_clean (text, shown);

  gtk_widget_set_visible (self->show_all, !whole);

  return whole ? g_steal_pointer (&clean) : g_strconcat (clean, "…", NULL);
}

static void
show_text (ChatMessageRow *self)
{
  const char *text = chat_item_get_text (self->item);
  gboolean unknown = text == NULL;
  gboolean is_emoji;
  g_autofree char *shown = unknown ? NULL : fold (self, text);
  g_autoptr (GPtrArray) blocks = NULL;

  if (unknown)
    {
      shown = g_strdup (_("This message takes a newer version of Lanyard to be shown."));
      gtk_widget_set_visible (self->show_all, FALSE);
    }

  blocks = chat_markup_split (shown, MAX_BLOCKS);
  if (blocks->len == 0)
    show_block (self, 0, &(ChatBlock) { FALSE, shown });
  for (guint i = 0; i < blocks->len; i++)
    show_block (self, i, blocks->pdata[i]);
  for (guint i = MAX (blocks->len, 1); i < self->labels->len; i++)
    gtk_widget_set_visible (self->labels->pdata[i], FALSE);

  is_emoji = !unknown && chat_markup_is_emoji (shown);
  set_class (self->bubble, "emoji", is_emoji);
  gtk_label_set_width_chars (self->labels->pdata[0], is_emoji ? -1 : MIN_CHARS);
  set_class (self->bubble, "unknown", unknown);
  tell_assistive (self, shown);
}

static void
on_show_all (ChatMessageRow *self)
{
  const char *text = chat_item_get_text (self->item);

  if (!self->unfolded && chat_item_is_whole (self->item) &&
      chat_markup_fold (text, strlen (text), UNFOLD_CHARS, G_MAXUINT) == strlen (text))
    {
      self->unfolded = TRUE;
      show_text (self);
      return;
    }

  gtk_widget_activate_action (GTK_WIDGET (self), "message.show-all", "x",
                              chat_item_get_id (self->item));
}

/* --- the rest --- */

static void
show_state (ChatMessageRow *self)
{
  ChatMessageState state = chat_item_get_state (self->item);
  gboolean outgoing = chat_item_is_outgoing (self->item);

  gtk_widget_set_visible (self->state, outgoing);
  if (outgoing)
    {
      gtk_image_set_from_icon_name (GTK_IMAGE (self->state), get_icon (state));
      gtk_widget_set_tooltip_text (self->state, describe_state (state));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->state), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      describe_state (state), -1);
    }

  set_class (self->bubble, "failed", outgoing && state == CHAT_MESSAGE_FAILED);
  set_class (self->state, "read", outgoing && state == CHAT_MESSAGE_READ);
}

static void
show_place (ChatMessageRow *self)
{
  gboolean begins_day = chat_item_begins_day (self->item);
  gboolean first_new = self->context != NULL &&
                       self->context->first_new == chat_item_get_id (self->item);

  gtk_widget_set_visible (self->day, begins_day);
  if (begins_day)
    {
      g_autofree char *day = chat_date_describe_day (chat_item_get_time (self->item),
                                                     g_get_real_time ());
      gtk_label_set_label (GTK_LABEL (self->day), day);
    }

  gtk_widget_set_visible (self->first_new, first_new);
  set_class (GTK_WIDGET (self), "follows", chat_item_follows (self->item) && !first_new);
}

static void
show_author (ChatMessageRow *self)
{
  gboolean outgoing = chat_item_is_outgoing (self->item);
  g_autofree char *hour = chat_date_describe_hour (chat_item_get_time (self->item));
  g_autofree char *time = chat_date_describe (chat_item_get_time (self->item));

  gtk_widget_set_halign (self->bubble, outgoing ? GTK_ALIGN_END : GTK_ALIGN_START);
  set_class (GTK_WIDGET (self), "own", outgoing);
  gtk_label_set_label (GTK_LABEL (self->hour), hour);
  gtk_widget_set_tooltip_text (self->hour, time);
}

static void
on_state_changed (ChatMessageRow *self)
{
  const char *text = chat_item_get_text (self->item);

  show_state (self);
  tell_assistive (self, text != NULL ? text : "");
}

static void
on_hidden_changed (ChatMessageRow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), !chat_item_is_hidden (self->item));
}

static void
show_shown (ChatMessageRow *self)
{
  set_class (self->bubble, "shown", self->context != NULL && self->context->shown != 0 &&
                                    self->context->shown == chat_item_get_id (self->item));
}

/* Shows @item, or is ready to show another one if it is NULL. */
void
chat_message_row_set_item (ChatMessageRow *self,
                           ChatItem       *item)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);

  g_set_object (&self->item, item);
  self->unfolded = FALSE;
  if (item == NULL)
    return;

  g_signal_connect_swapped (item, "notify::state", G_CALLBACK (on_state_changed), self);
  g_signal_connect_swapped (item, "notify::follows", G_CALLBACK (show_place), self);
  g_signal_connect_swapped (item, "notify::hidden", G_CALLBACK (on_hidden_changed), self);
  show_author (self);
  show_place (self);
  show_state (self);
  show_text (self);
  show_shown (self);
  on_hidden_changed (self);
}

ChatItem *
chat_message_row_get_item (ChatMessageRow *self)
{
  return self->item;
}

/* To be called anew whenever something in @context has changed. */
void
chat_message_row_set_context (ChatMessageRow       *self,
                              const ChatRowContext *context)
{
  self->context = context;
  if (self->item == NULL)
    return;

  show_place (self);
  show_text (self);
  show_shown (self);
}

/* --- what can be done with it --- */

/* What is selected of the text, or NULL. */
char *
chat_message_row_get_selection (ChatMessageRow *self)
{
  for (guint i = 0; i < self->labels->len; i++)
    {
      GtkLabel *label = self->labels->pdata[i];
      const char *text = gtk_label_get_text (label);
      int begin, end;

      if (gtk_widget_get_visible (GTK_WIDGET (label)) &&
          gtk_label_get_selection_bounds (label, &begin, &end))
        return g_utf8_substring (text, begin, end);
    }

  return NULL;
}

/* The link that is pointed to, or NULL. */
const char *
chat_message_row_get_link (ChatMessageRow *self)
{
  for (guint i = 0; i < self->labels->len; i++)
    {
      const char *link = gtk_label_get_current_uri (self->labels->pdata[i]);

      if (link != NULL && gtk_widget_get_visible (self->labels->pdata[i]))
        return link;
    }

  return NULL;
}

static void
on_pressed (GtkGesture     *gesture,
            int             n_press,
            double          x,
            double          y,
            ChatMessageRow *self)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit (self, signals[MENU], 0, (int) x, (int) y);
}

static void
on_long_pressed (GtkGesture     *gesture,
                 double          x,
                 double          y,
                 ChatMessageRow *self)
{
  on_pressed (gesture, 1, x, y, self);
}

static void
on_menu_key (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);
  graphene_rect_t bounds;

  if (gtk_widget_compute_bounds (self->bubble, widget, &bounds))
    g_signal_emit (self, signals[MENU], 0, (int) (bounds.origin.x + bounds.size.width / 2),
                   (int) (bounds.origin.y + MIN (bounds.size.height, 40)));
}

/* --- life --- */

static void
chat_message_row_dispose (GObject *object)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (object);
  GtkWidget *child;

  chat_message_row_set_item (self, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&self->labels, g_ptr_array_unref);

  G_OBJECT_CLASS (chat_message_row_parent_class)->dispose (object);
}

static void
chat_message_row_class_init (ChatMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_message_row_dispose;

  signals[MENU] = g_signal_new ("menu", CHAT_TYPE_MESSAGE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, day);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, first_new);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, bubble);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, blocks);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, show_all);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, hour);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, state);
  gtk_widget_class_bind_template_callback (widget_class, on_show_all);
  gtk_widget_class_bind_template_callback (widget_class, on_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_long_pressed);

  gtk_widget_class_install_action (widget_class, "row.menu", NULL, on_menu_key);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "row.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "row.menu", NULL);

  gtk_widget_class_set_css_name (widget_class, "message");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
chat_message_row_init (ChatMessageRow *self)
{
  self->labels = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chat_message_row_new (void)
{
  return g_object_new (CHAT_TYPE_MESSAGE_ROW, NULL);
}
