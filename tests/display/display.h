/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Drives real windows as people do, by what they see on them: the tests know the words and
 * the kinds of widgets, and the keys and the pointer of the display they are on. Whatever
 * goes wrong ends the test, and says what was to be seen instead. */
void          display_init            (int            *argc,
                                       char         ***argv);

void          display_add             (const char     *path,
                                       GTestFunc       func);

/* Runs @application in the way its main() does. @body is called when it has started, and it
 * ends when @body returns. @arguments, or NULL, are those of a command line. */
typedef void (*DisplayBody)           (GtkApplication *application,
                                       gpointer        user_data);

void          display_run             (GtkApplication *application,
                                       const char    **arguments,
                                       DisplayBody     body,
                                       gpointer        user_data);

/* All that wait do so by iterating the default main context, with a deadline. */
typedef gboolean (*DisplayCondition)  (gpointer        user_data);

void          display_await           (DisplayCondition condition,
                                       gpointer        user_data,
                                       const char     *what);
void          display_settle          (void);

/* Mapped widgets below @root, in the order of the tree. A name is what is written on a widget,
 * what it is called to those who do not see it, its tooltip, placeholder, or id. @name may be
 * NULL, for any. */
GtkWidget    *display_look_for        (gpointer        root,
                                       GType           type,
                                       const char     *name);
GtkWidget    *display_get             (gpointer        root,
                                       GType           type,
                                       const char     *name);
void          display_await_gone      (gpointer        root,
                                       GType           type,
                                       const char     *name);
gboolean      display_has_name        (GtkWidget      *widget,
                                       const char     *name);
typedef void (*DisplayVisit)          (GtkWidget      *widget,
                                       gpointer        user_data);

void          display_visit           (gpointer        root,
                                       DisplayVisit    visit,
                                       gpointer        user_data);
char         *display_get_path        (GtkWidget      *widget);

/* Text that can be read below @root, by somebody who looks at it. */
char         *display_read            (gpointer        root);
gboolean      display_shows           (gpointer        root,
                                       const char     *text);
void          display_await_text      (gpointer        root,
                                       const char     *text);
void          display_await_no_text   (gpointer        root,
                                       const char     *text);

/* Waits for a window of this type, or with this title, besides those that it is transient for. */
GtkWindow    *display_get_window      (GType           type);

void          display_await_title     (GtkWindow      *window,
                                       const char     *title);

/* The keys and the pointer. Each returns when the window has dealt with them. */
void          display_press           (const char     *accelerator);
void          display_type            (const char     *text);
void          display_look_away       (void);
void          display_click           (GtkWidget      *widget);
void          display_click_secondary (GtkWidget      *widget);
void          display_click_on        (gpointer        root,
                                       GType           type,
                                       const char     *name);
void          display_fill            (gpointer        root,
                                       GType           type,
                                       const char     *name,
                                       const char     *text);

/* Drags what can be dragged, or a file that another program offers, as a file manager does, and
 * drops it on the middle of @to, which has to want it. */
void          display_drag            (GtkWidget      *from,
                                       GtkWidget      *to);
void          display_drop_file       (const char     *uri,
                                       GtkWidget      *to);

/* Checks that each control that can be used can be reached by Tab and the arrow keys. */
char         *display_list_unreachable (GtkWindow     *window);
void          display_assert_keyboard (GtkWindow      *window);

/* What a notification said, and what its buttons do. */
typedef struct
{
  char         *title;
  char         *body;
  GStrv         actions;      /* pairs: id, label */
} DisplayNotification;

DisplayNotification *display_take_notification (void);
gboolean      display_has_notification (void);
void          display_notification_free (DisplayNotification *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DisplayNotification, display_notification_free)

/* What looks broken in a window, a line each, when it is as wide as a telephone. */
#define DISPLAY_NARROW 360

void          display_make_narrow     (GtkWindow      *window);
char         *display_list_faults     (GtkWindow      *window);

/* Pictures. */
gboolean      display_save            (GtkWidget      *window,
                                       const char     *path);

G_END_DECLS
