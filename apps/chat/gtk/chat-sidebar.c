/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-sidebar"

#include "chat-sidebar.h"

#include "chat-search-view.h"
#include "chat-sidebar-row.h"

#include <glib/gi18n.h>

struct _ChatSidebar
{
  AdwBin               parent_instance;

  ChatApplication     *application;  /* not owned: it outlives every window */
  GtkSingleSelection  *selection;
  gint64               contact;      /* who is shown, or 0 */
  gboolean             is_folded;    /* a person that is passed by would hide the list */
  gboolean             is_selecting; /* not the user, but us */

  /* Template */
  AdwWindowTitle      *title;
  GtkSearchBar        *search_bar;
  GtkSearchEntry      *search_entry;
  GtkToggleButton     *people_button;
  GtkToggleButton     *messages_button;
  GtkStack            *stack;
  GtkListView         *list;
  ChatSearchView      *messages;
  AdwStatusPage       *nobody;
};

G_DEFINE_FINAL_TYPE (ChatSidebar, chat_sidebar, ADW_TYPE_BIN)

enum
{
  PROP_FOLDED = 1,
};

typedef enum
{
  SIGNAL_OPENED,
  SIGNAL_FOUND,
  N_SIGNALS,
} Signal;

static GParamSpec *properties[PROP_FOLDED + 1];
static guint signals[N_SIGNALS];

static ChatPeople *
get_people (ChatSidebar *self)
{
  return chat_application_get_people (self->application);
}

/* --- who is selected --- */

static void
open_person (ChatSidebar *self,
             ChatPerson  *person,
             gboolean     to_talk)
{
  g_signal_emit (self, signals[SIGNAL_OPENED], 0, chat_person_get_peer (person), to_talk);
}

static void
select_shown (ChatSidebar *self)
{
  guint position = self->contact != 0 ? chat_people_get_position (get_people (self), self->contact)
                                      : GTK_INVALID_LIST_POSITION;

  self->is_selecting = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->is_selecting = FALSE;
}

static void
on_selected (ChatSidebar *self)
{
  ChatPerson *person = gtk_single_selection_get_selected_item (self->selection);

  if (person != NULL && !self->is_selecting && !self->is_folded &&
      chat_person_get_contact (person) != self->contact)
    open_person (self, person, FALSE);
}

static void
on_activate (ChatSidebar *self,
             guint        position)
{
  g_autoptr (ChatPerson) person = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (person != NULL)
    open_person (self, person, TRUE);
}

/* --- rows --- */

static void
on_row_opened (ChatSidebar    *self,
               ChatSidebarRow *row)
{
  open_person (self, chat_sidebar_row_get_person (row), TRUE);
}

static void
on_setup (ChatSidebar *self,
          GtkListItem *item)
{
  GtkWidget *row = g_object_new (CHAT_TYPE_SIDEBAR_ROW, NULL);

  g_signal_connect_swapped (row, "opened", G_CALLBACK (on_row_opened), self);
  gtk_list_item_set_child (item, row);
}

static void
on_bind (ChatSidebar *self,
         GtkListItem *item)
{
  g_object_set (gtk_list_item_get_child (item), "person", gtk_list_item_get_item (item), NULL);
}

static void
on_unbind (ChatSidebar *self,
           GtkListItem *item)
{
  g_object_set (gtk_list_item_get_child (item), "person", NULL, NULL);
}

/* The list's items have the focus, and the rows in them the actions. */
static void
on_menu (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GtkWidget *row = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  if (row != NULL && CHAT_IS_SIDEBAR_ROW (row))
    gtk_widget_activate_action (row, "person.menu", NULL);
}

/* --- searching --- */

static gboolean
is_searching_messages (ChatSidebar *self)
{
  return gtk_search_bar_get_search_mode (self->search_bar) &&
         gtk_toggle_button_get_active (self->messages_button);
}

static void
show_page (ChatSidebar *self)
{
  const char *page = "people";

  if (is_searching_messages (self))
    page = "messages";
  else if (chat_people_get_n_known (get_people (self)) == 0)
    page = "nobody";
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0)
    page = "unmatched";

  gtk_stack_set_visible_child_name (self->stack, page);
}

static void
on_people_changed (ChatSidebar *self)
{
  if (gtk_single_selection_get_selected (self->selection) == GTK_INVALID_LIST_POSITION)
    select_shown (self);

  show_page (self);
}

static void
on_search_changed (ChatSidebar *self)
{
  const char *query = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  gboolean in_messages = is_searching_messages (self);

  if (self->application == NULL)
    return;

  chat_people_set_query (get_people (self), in_messages ? NULL : query);
  chat_search_view_set_query (self->messages, self->application, in_messages ? query : "");
  show_page (self);
}

static void
on_search_mode (ChatSidebar *self)
{
  if (!gtk_search_bar_get_search_mode (self->search_bar))
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");

  on_search_changed (self);
}

/* Enter in the entry goes to the first who is found. */
static void
on_search_activate (ChatSidebar *self)
{
  if (!is_searching_messages (self))
    on_activate (self, 0);
  else
    gtk_widget_child_focus (GTK_WIDGET (self->messages), GTK_DIR_TAB_FORWARD);
}

static void
on_found (ChatSidebar *self,
          ChatPeer    *peer,
          gint64       id)
{
  g_signal_emit (self, signals[SIGNAL_FOUND], 0, peer, id);
}

/* --- a widget --- */

/* As narrow as it may be where the conversation is beside it, whatever is in it: it would
 * change its width with each message else. */
static void
measure (GtkWidget      *widget,
         GtkOrientation  orientation,
         int             for_size,
         int            *minimum,
         int            *natural,
         int            *minimum_baseline,
         int            *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural,
                      NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = *minimum;
}

static void
allocate (GtkWidget *widget,
          int        width,
          int        height,
          int        baseline)
{
  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
}

static void
chat_sidebar_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  if (id == PROP_FOLDED)
    g_value_set_boolean (value, CHAT_SIDEBAR (object)->is_folded);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
chat_sidebar_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  if (id == PROP_FOLDED)
    CHAT_SIDEBAR (object)->is_folded = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
chat_sidebar_dispose (GObject *object)
{
  ChatSidebar *self = CHAT_SIDEBAR (object);

  if (self->application != NULL)
    g_signal_handlers_disconnect_by_data (get_people (self), self);
  self->application = NULL;
  g_clear_object (&self->selection);

  G_OBJECT_CLASS (chat_sidebar_parent_class)->dispose (object);
}

static void
install_signals (void)
{
  signals[SIGNAL_OPENED] = g_signal_new ("opened", CHAT_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 2, CHAT_TYPE_PEER,
                                         G_TYPE_BOOLEAN);
  signals[SIGNAL_FOUND] = g_signal_new ("found", CHAT_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 2, CHAT_TYPE_PEER, G_TYPE_INT64);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Chat/chat-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatSidebar, title);
  gtk_widget_class_bind_template_child (widget_class, ChatSidebar, search_bar);
  gtk_widget_class_bind_template_child (widget_class, ChatSidebar, search_entry);
  gtk_widget_class_bind_template_child (widget_class, ChatSidebar, people_button);
  gtk_widget_class_bind_template_child (widget_class, ChatSidebar, messages_button);
  gtk_widget_class_bind_template_child (widget_class, ChatSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, ChatSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, ChatSidebar, messages);
  gtk_widget_class_bind_template_child (widget_class, ChatSidebar, nobody);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_found);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_mode);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_unbind);
}

static void
chat_sidebar_class_init (ChatSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_sidebar_dispose;
  object_class->get_property = chat_sidebar_get_property;
  object_class->set_property = chat_sidebar_set_property;

  properties[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  install_signals ();

  g_type_ensure (CHAT_TYPE_SEARCH_VIEW);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "sidebar.menu", NULL, on_menu);
}

static void
chat_sidebar_init (ChatSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (GTK_WIDGET (self),
                                 gtk_custom_layout_new (NULL, measure, allocate));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self->list));
}

/* --- for the window --- */

void
chat_sidebar_set_application (ChatSidebar     *self,
                              ChatApplication *application)
{
  ChatPeople *people = chat_application_get_people (application);

  self->application = application;
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (people));
  g_signal_connect_swapped (self->selection, "notify::selected", G_CALLBACK (on_selected), self);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));

  /* After the selection, which listens to the model since it has it. */
  g_signal_connect_swapped (people, "items-changed", G_CALLBACK (on_people_changed), self);
  g_signal_connect_swapped (people, "notify::n-known", G_CALLBACK (on_people_changed), self);
  show_page (self);
}

/* What we call ourselves stands under the title. What was found belongs to an engine: without
 * one, nothing is. */
void
chat_sidebar_set_engine (ChatSidebar *self,
                         ChatEngine  *engine)
{
  on_search_changed (self);
  if (engine == NULL)
    return;

  adw_window_title_set_subtitle (self->title, chat_engine_get_name (engine));
  adw_status_page_set_description (self->nobody,
    chat_engine_is_discovering (engine)
    ? _("People who run Lanyard on this network appear here by themselves, usually within seconds.")
    : _("You chose not to look for people on the network. They can be added by their address."));
}

/* Who is shown beside the list: a contact, or 0. */
void
chat_sidebar_select (ChatSidebar *self,
                     gint64       contact)
{
  self->contact = contact;
  select_shown (self);
}

static void
search (ChatSidebar     *self,
        GtkToggleButton *what)
{
  gtk_toggle_button_set_active (what, TRUE);
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
chat_sidebar_search_people (ChatSidebar *self)
{
  search (self, self->people_button);
}

void
chat_sidebar_search_messages (ChatSidebar *self)
{
  search (self, self->messages_button);
}
