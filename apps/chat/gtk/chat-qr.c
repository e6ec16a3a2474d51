/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-qr"

#include "chat-qr.h"

#include <math.h>
#include <qrencode.h>

/* ISO/IEC 18004: four modules on each side. */
#define RIM 4

/* What is asked for where there is no reason to be larger. */
#define PIXELS_FOR_MODULE 5

struct _ChatQr
{
  GObject  parent_instance;

  /* Set once */
  guint    width;    /* modules on a side, without the rim */
  guint8  *modules;  /* in rows: whether each is dark */
};

static void paintable_init (GdkPaintableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatQr, chat_qr, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, paintable_init))

/* --- drawing --- */

/* The modules of a row that are dark and side by side are one rectangle. */
static void
draw_row (ChatQr      *self,
          GtkSnapshot *snapshot,
          guint        row,
          float        left,
          float        top,
          float        module)
{
  static const GdkRGBA dark = { 0, 0, 0, 1 };

  for (guint column = 0; column < self->width; column++)
    {
      guint begin = column;

      while (column < self->width && chat_qr_is_dark (self, column, row))
        column++;

      if (column > begin)
        gtk_snapshot_append_color (snapshot, &dark,
                                   &GRAPHENE_RECT_INIT (left + begin * module, top + row * module,
                                                        (column - begin) * module, module));
    }
}

static void
chat_qr_snapshot (GdkPaintable *paintable,
                  GtkSnapshot  *snapshot,
                  double        width,
                  double        height)
{
  static const GdkRGBA light = { 1, 1, 1, 1 };
  ChatQr *self = CHAT_QR (paintable);
  guint n = self->width + 2 * RIM;
  float side = (float) MIN (width, height);
  float module = side >= n ? floorf (side / n) : side / n;
  float left = floorf (((float) width - module * self->width) / 2);
  float top = floorf (((float) height - module * self->width) / 2);
  float rim = RIM * module;

  gtk_snapshot_append_color (snapshot, &light,
                             &GRAPHENE_RECT_INIT (left - rim, top - rim, n * module, n * module));

  for (guint row = 0; row < self->width; row++)
    draw_row (self, snapshot, row, left, top, module);
}

static int
chat_qr_get_intrinsic_size (GdkPaintable *paintable)
{
  return (int) (CHAT_QR (paintable)->width + 2 * RIM) * PIXELS_FOR_MODULE;
}

static double
chat_qr_get_intrinsic_aspect_ratio (GdkPaintable *paintable)
{
  return 1;
}

static GdkPaintableFlags
chat_qr_get_flags (GdkPaintable *paintable)
{
  return GDK_PAINTABLE_STATIC_SIZE | GDK_PAINTABLE_STATIC_CONTENTS;
}

static void
paintable_init (GdkPaintableInterface *iface)
{
  iface->snapshot = chat_qr_snapshot;
  iface->get_flags = chat_qr_get_flags;
  iface->get_intrinsic_width = chat_qr_get_intrinsic_size;
  iface->get_intrinsic_height = chat_qr_get_intrinsic_size;
  iface->get_intrinsic_aspect_ratio = chat_qr_get_intrinsic_aspect_ratio;
}

/* --- the code --- */

static void
chat_qr_finalize (GObject *object)
{
  g_free (CHAT_QR (object)->modules);

  G_OBJECT_CLASS (chat_qr_parent_class)->finalize (object);
}

static void
chat_qr_class_init (ChatQrClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_qr_finalize;
}

static void
chat_qr_init (ChatQr *self)
{
}

/* @text may have some hundred characters; digits take the least room. */
ChatQr *
chat_qr_new (const char *text)
{
  ChatQr *self = g_object_new (CHAT_TYPE_QR, NULL);
  QRcode *code = QRcode_encodeString (text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

  if (code == NULL)
    {
      g_warning ("a text of %zu bytes does not fit into a QR code", strlen (text));
      return self;
    }

  self->width = (guint) code->width;
  self->modules = g_new (guint8, self->width * self->width);
  for (guint i = 0; i < self->width * self->width; i++)
    self->modules[i] = code->data[i] & 1;

  QRcode_free (code);

  return self;
}

gboolean
chat_qr_is_dark (ChatQr *self,
                 guint   column,
                 guint   row)
{
  g_return_val_if_fail (CHAT_IS_QR (self), FALSE);
  g_return_val_if_fail (column < self->width && row < self->width, FALSE);

  return self->modules[row * self->width + column];
}
