/* What load.c does with an answer: follows it to its end, counts, and decides how the connection goes on. */
#ifndef BENCH_LOAD_ANSWERS_H
#define BENCH_LOAD_ANSWERS_H

#include "load-options.h"

static void ask(struct conn *c, uint64_t due);
static void dial(struct conn *c);

static void hang_up(struct conn *c, int reset) {
  struct linger now = {1, 0};
  if (reset) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  if (c->state == ASKING || c->state == CONNECTING) busy--;
  close(c->fd);
  c->fd = -1;
  c->state = OFF;
}

/* What this connection does after its answer is complete or lost. */
static void go_on(struct conn *c) {
  if (mode == PACED || stopping) {
    if (c->state != OFF) hang_up(c, 0);
  } else if (c->state == OFF) {
    if (mode != ABORTS || started < (uint64_t)opt.total) dial(c);
  } else if (mode == CLOSED) ask(c, now_ns());
  else if (waiting_from < started) ask(c, waiting[waiting_from++]);
}

static void finish(struct conn *c) {
  uint64_t now = now_ns();
  int in_time = mode == RATE ? c->due >= from : now >= from && now <= until;
  if (c->status != 200) {
    seen.bad_status++;
    seen.last_bad_status = c->status;
  } else if ((opt.events > 0 && c->events != (uint32_t)opt.events) || (c->has_echo && !opt.any_length && c->echo != body_length))
    seen.wrong++;
  else if (in_time || mode == PACED) {
    seen.requests++;
    note(&seen.latency, now - c->due);
    note(&seen.first_byte, c->first - c->due);
  }
  c->state = IDLE;
  busy--;
  c->served = 1;
  if (c->wants_close || c->out_at < c->head_length + body_length) hang_up(c, 0);
  go_on(c);
}

/* One event of a paced stream. An event out of order counts as wrong; one that comes twice or too late is
 * not delivered a second time. */
static void take_event(struct conn *c, const char *event, size_t n) {
  const size_t prefix = sizeof DELTA_PREFIX - 1;
  if (n > prefix + DELTA_STAMP_LENGTH && memcmp(event, DELTA_PREFIX, prefix) == 0) {
    uint32_t number = (uint32_t)strtoul(event + prefix + 2, NULL, 10);
    if (number != c->next) seen.wrong++;
    if (number < c->next) return;
    c->next = number;
    uint64_t stamp = strtoull(event + prefix + 12, NULL, 10);
    note(&seen.delay, read_at > stamp ? read_at - stamp : 0);
  }
  c->next++;
  c->events++;
  seen.events++;
}

static void take_body(void *owner, const char *p, size_t n) {
  struct conn *c = owner;
  seen.bytes += n;
  if (c->status != 200) return;
  if (mode != PACED) {
    uint32_t more = count_events(p, n, &c->last);
    c->events += more;
    seen.events += more;
    return;
  }
  while (n > 0) {
    size_t take = n < IN_MAX - c->in_length ? n : IN_MAX - c->in_length, at = 0;
    memcpy(c->in + c->in_length, p, take);
    c->in_length += take;
    p += take;
    n -= take;
    const char *end;
    while ((end = memmem(c->in + at, c->in_length - at, "\n\n", 2))) {
      size_t length = (size_t)(end - c->in) + 2 - at;
      take_event(c, c->in + at, length);
      at += length;
    }
    memmove(c->in, c->in + at, c->in_length -= at);
    if (c->in_length == IN_MAX) {
      seen.wrong++;
      c->in_length = 0;
    }
  }
}

static void read_head(struct conn *c, const char *head, size_t n) {
  const char *end = head + n, *p = memchr(head, '\n', n) + 1;
  struct text name, value;
  c->status = n > 12 ? atoi(head + 9) : 0;
  c->frame = frame_of(BY_CLOSE, 0);
  c->has_head = c->status >= 200 || c->status == 0;
  while (next_header(&p, end, &name, &value)) {
    if (is_text(name, "content-length")) c->frame = frame_of(BY_LENGTH, strtoull(value.at, NULL, 10));
    else if (is_text(name, "transfer-encoding")) c->frame = frame_of(BY_CHUNKS, 0);
    else if (is_text(name, "connection")) c->wants_close = is_text(value, "close");
    else if (is_text(name, "x-received-bytes")) {
      c->has_echo = 1;
      c->echo = strtoull(value.at, NULL, 10);
    }
  }
}

static void lost(struct conn *c) {
  int was_asking = c->state == ASKING, was_idle = c->state == IDLE;
  int is_complete = was_asking && c->has_head && c->frame.by == BY_CLOSE;
  int is_stale = was_asking && c->served && !c->has_head && c->in_length == 0;
  uint64_t due = c->due;
  if (is_complete) {
    c->wants_close = 1;
    finish(c);
    return;
  }
  hang_up(c, 0);
  /* A server may close an idle connection just as it is used again; HTTP clients repeat then, so do we. */
  if (is_stale) {
    seen.reconnects++;
    dial(c);
    c->due = due;
    return;
  }
  if (was_asking) seen.broken++;
  if (was_idle) seen.reconnects++;
  go_on(c);
}

static void take(struct conn *c, const char *p, size_t n) {
  if (c->state != ASKING) return; /* bytes nobody asked for */
  if (!c->first) c->first = now_ns();
  while (n > 0 && !c->has_head) {
    size_t before = c->in_length, more = n < IN_MAX - before ? n : IN_MAX - before;
    const char *head = p;
    if (before > 0) head = memcpy(c->in + before, p, more) - before; /* it came in pieces: join them */
    size_t length = head_length(head, before + more);
    if (length == 0) {
      if (before == 0) memcpy(c->in, p, more);
      c->in_length += more;
      if (c->in_length == IN_MAX) lost(c);
      return;
    }
    read_head(c, head, length);
    p += length - before;
    n -= length - before;
    c->in_length = 0;
  }
  if (n > 0) frame_feed(&c->frame, p, n, take_body, c);
  if (c->frame.bad) lost(c);
  else if (c->has_head && c->frame.done) finish(c);
  else if (c->leaves && c->events >= EVENTS_BEFORE_ABORT) {
    if (mode == ABORTS) seen.requests++;
    else seen.left++;
    hang_up(c, c->index % 2); /* every second one without a goodbye, as a killed client leaves */
    go_on(c);
  }
}

#endif
