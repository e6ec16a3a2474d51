/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-address.h"

#include <glib.h>

G_BEGIN_DECLS

/* --- bulk: bench-chat-bulk.c, bench-chat-ceiling.c --- */

/* Gbit/s of messages of @data (guint) bytes, from one node to another. */
double bench_chat_bulk    (gconstpointer data);

/* Gbit/s of as large datagrams, sealed and opened alike, without any protocol. */
double bench_chat_ceiling (gconstpointer data);

/* --- whole engines, each with its history: bench-chat-talk.c --- */

typedef struct
{
  double   percentile;
  double   loss;        /* of datagrams, each way */
  guint    delay;       /* of each, in milliseconds */
  guint    n_messages;
} BenchLatency;

/* Messages a second that are stored by both sides, and known to be: @data (guint) of
 * them in each call of the sender's. */
double bench_chat_texts   (gconstpointer data);

/* Milliseconds from sending to delivered: a percentile. */
double bench_chat_latency (gconstpointer data);

/* The other side is @program in a process of its own, which calls the latter. */
void   bench_chat_set_program (const char *program);
int    bench_chat_peer    (const char   *folder);

/* --- a bad network: bench-chat-relay.c --- */

typedef struct _BenchRelay BenchRelay;

BenchRelay *bench_relay_new      (uint16_t            to,
                                  double              loss,
                                  guint               delay);
uint16_t    bench_relay_get_port (BenchRelay         *self);
void        bench_relay_free     (BenchRelay         *self);

G_END_DECLS
