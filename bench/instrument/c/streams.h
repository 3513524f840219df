/* The connections of upstream.c, and the streams that run on them: as fast as they are read, or each at its pace. */
#ifndef BENCH_STREAMS_H
#define BENCH_STREAMS_H

#include "asked.h"
#include "tls.h"

enum { HEAD_MAX = 16384, BATCH = 512 };
enum mode { READ_HEAD, READ_BODY, STREAMING };

struct conn {
  struct conn *next, *prev; /* in `running` or in a slot of the wheel; next is NULL when in neither */
  int fd;
  void *tls; /* NULL at the plain door */
  enum mode mode;
  struct frame body;
  uint64_t received;
  struct asked asked;
  uint32_t sent;
  uint64_t due;
  int is_control, wants_close, fails;
  char *spill; /* what the socket would not take yet */
  size_t spill_length, spill_at;
  size_t head_length;
  char head[HEAD_MAX];
};

static struct {
  uint64_t requests, aborted, foreign_keys, refused, failed, accepted;
  int open, streaming, peak_streaming;
} stats;
static const char *expected_key, *failing_key;
static int poller;
static struct conn running, wheel[SLOTS];
static uint64_t wheel_tick;
static int paced; /* streams in the wheel */

/* ---- connections ---- */

static void unlink_conn(struct conn *c) {
  if (!c->next) return;
  c->prev->next = c->next;
  c->next->prev = c->prev;
  c->next = c->prev = NULL;
  if (c->asked.answer == PACED) paced--;
}

static void link_conn(struct conn *list, struct conn *c) {
  c->prev = list->prev;
  c->next = list;
  list->prev->next = c;
  list->prev = c;
  if (c->asked.answer == PACED) paced++;
}

static void close_conn(struct conn *c) {
  if (c->mode == STREAMING) {
    stats.aborted++;
    stats.streaming--;
  }
  unlink_conn(c);
  if (!c->is_control) stats.open--;
  if (c->tls) tls_free(c->tls);
  close(c->fd);
  free(c->spill);
  free(c);
}

static void watch(struct conn *c, uint32_t events) {
  struct epoll_event e = {.events = events, .data.ptr = c};
  epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
}

static ssize_t put(struct conn *c, const char *p, size_t n) {
  return c->tls ? tls_send(c->tls, p, n) : send(c->fd, p, n, MSG_NOSIGNAL);
}

/* Writes now what the socket takes and keeps the rest for later. 0: the connection is gone. */
static int send_bytes(struct conn *c, const char *p, size_t n) {
  if (c->spill_length == 0) {
    ssize_t wrote;
    do { /* TLS takes a record at a time */
      wrote = put(c, p, n);
      if (wrote < 0 && errno != EAGAIN) return 0;
      if (wrote > 0) { p += wrote; n -= (size_t)wrote; }
    } while (c->tls && wrote > 0 && n > 0);
    if (n == 0) return 1;
    watch(c, EPOLLIN | EPOLLRDHUP | EPOLLOUT);
  }
  c->spill = realloc(c->spill, c->spill_length + n);
  memcpy(c->spill + c->spill_length, p, n);
  c->spill_length += n;
  return 1;
}

static void schedule(struct conn *c) {
  uint64_t tick = c->due / TICK_NS;
  if (tick <= wheel_tick) tick = wheel_tick + 1;
  link_conn(&wheel[tick % SLOTS], c);
}

static void end_stream(struct conn *c) {
  unlink_conn(c);
  c->mode = READ_HEAD;
  stats.streaming--;
}

/* Sends the next event of a stream. 0: the connection is gone (and freed). */
static int step(struct conn *c) {
  char out[EVENT_MAX + 64];
  const char *p = out;
  size_t n;
  if (c->asked.answer == PACED) n = render_event(out, c->sent, c->asked.events, now_ns());
  else {
    p = made.bytes + made.at[c->sent];
    n = made.at[c->sent + 1] - made.at[c->sent];
  }
  c->sent++;
  if (!send_bytes(c, p, n)) {
    close_conn(c);
    return 0;
  }
  if (c->sent == c->asked.events) end_stream(c);
  else if (c->asked.answer == PACED) {
    unlink_conn(c);
    c->due += c->asked.interval_ns;
    schedule(c);
  } else if (c->spill_length > 0) unlink_conn(c); /* goes on when the reader has caught up */
  return 1;
}

static int start_stream(struct conn *c) {
  if (c->asked.answer == COALESCED) return send_bytes(c, made.bytes, made.at[c->asked.events]);
  c->mode = STREAMING;
  c->sent = 1;
  if (++stats.streaming > stats.peak_streaming) stats.peak_streaming = stats.streaming;
  if (c->asked.answer == FAST) {
    link_conn(&running, c);
    return send_bytes(c, made.bytes, made.at[1]);
  }
  char first[sizeof stream_head + EVENT_MAX + 64];
  memcpy(first, stream_head, stream_head_length);
  c->due = now_ns() + c->asked.interval_ns;
  schedule(c);
  return send_bytes(c, first, stream_head_length + render_event(first + stream_head_length, 0, c->asked.events, 0));
}

static void turn_wheel(void) {
  uint64_t tick = now_ns() / TICK_NS;
  while (wheel_tick < tick) {
    struct conn *slot = &wheel[++wheel_tick % SLOTS];
    struct conn due = {.next = slot->next, .prev = slot->prev};
    if (slot->next == slot) continue;
    /* Taken off as a whole: what is scheduled again meanwhile may land in this very slot. */
    due.next->prev = due.prev->next = &due;
    slot->next = slot->prev = slot;
    while (due.next != &due) step(due.next);
  }
}

#endif
