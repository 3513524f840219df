/* The upstream of the benchmark: one thread, epoll, keep-alive, so cheap that what stands in front of it
 * is always the slower part. It answers POST with what the query asks for:
 *
 *   ?answer=json                               one message of about 1.5 KB with content-length; the request
 *                                              body is read whole and its length told (x-received-bytes)
 *   ?answer=fast&events=200                    a stream as fast as the reader takes it, one write an event
 *   ?answer=coalesced&events=200               the same bytes in one write
 *   ?answer=paced&events=50&interval_us=100000 one event each interval (at most 4 s); events=0 never ends
 *
 * GET /stats tells what it has seen, GET /reset zeroes the counters. Usage: upstream EXPECTED_KEY; it takes
 * a free port of 127.0.0.1 and prints it. */
#include "answers.h"
#include "http1.h"

enum { HEAD_MAX = 16384, TICK_NS = 1000000, SLOTS = 4096, BATCH = 512 };
enum mode { READ_HEAD, READ_BODY, STREAMING };
enum answer { JSON, FAST, COALESCED, PACED, STATS, RESET, UNKNOWN };

struct conn {
  struct conn *next, *prev; /* in `running` or in a slot of the wheel; next is NULL when in neither */
  int fd;
  enum mode mode;
  struct frame body;
  uint64_t received;
  enum answer answer;
  uint32_t events, sent;
  uint64_t interval_ns, due;
  int is_control, wants_close;
  char *spill; /* what the socket would not take yet */
  size_t spill_length, spill_at;
  size_t head_length;
  char head[HEAD_MAX];
};

static struct { uint64_t requests, aborted, foreign_keys, refused; int open, streaming, peak_streaming; } stats;
static const char *expected_key;
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
  if (c->answer == PACED) paced--;
}

static void link_conn(struct conn *list, struct conn *c) {
  c->prev = list->prev;
  c->next = list;
  list->prev->next = c;
  list->prev = c;
  if (c->answer == PACED) paced++;
}

static void close_conn(struct conn *c) {
  if (c->mode == STREAMING) {
    stats.aborted++;
    stats.streaming--;
  }
  unlink_conn(c);
  if (!c->is_control) stats.open--;
  close(c->fd);
  free(c->spill);
  free(c);
}

static void watch(struct conn *c, uint32_t events) {
  struct epoll_event e = {.events = events, .data.ptr = c};
  epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
}

/* Writes now what the socket takes and keeps the rest for later. 0: the connection is gone. */
static int send_bytes(struct conn *c, const char *p, size_t n) {
  if (c->spill_length == 0) {
    ssize_t wrote = send(c->fd, p, n, MSG_NOSIGNAL);
    if (wrote < 0 && errno != EAGAIN) return 0;
    if (wrote > 0) { p += wrote; n -= (size_t)wrote; }
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
  if (c->answer == PACED) n = render_event(out, c->sent, c->events, now_ns());
  else {
    p = made.bytes + made.at[c->sent];
    n = made.at[c->sent + 1] - made.at[c->sent];
  }
  c->sent++;
  if (!send_bytes(c, p, n)) {
    close_conn(c);
    return 0;
  }
  if (c->sent == c->events) end_stream(c);
  else if (c->answer == PACED) {
    unlink_conn(c);
    c->due += c->interval_ns;
    schedule(c);
  } else if (c->spill_length > 0) unlink_conn(c); /* goes on when the reader has caught up */
  return 1;
}

static int start_stream(struct conn *c) {
  if (c->answer == COALESCED) return send_bytes(c, made.bytes, made.at[c->events]);
  c->mode = STREAMING;
  c->sent = 1;
  if (++stats.streaming > stats.peak_streaming) stats.peak_streaming = stats.streaming;
  if (c->answer == FAST) {
    link_conn(&running, c);
    return send_bytes(c, made.bytes, made.at[1]);
  }
  char first[sizeof stream_head + EVENT_MAX + 64];
  memcpy(first, stream_head, stream_head_length);
  c->due = now_ns() + c->interval_ns;
  schedule(c);
  return send_bytes(c, first, stream_head_length + render_event(first + stream_head_length, 0, c->events, 0));
}

static int answer(struct conn *c) {
  if (c->answer == STATS || c->answer == RESET) {
    if (!c->is_control) { c->is_control = 1; stats.open--; }
    if (c->answer == RESET) {
      stats.requests = stats.aborted = stats.foreign_keys = stats.refused = 0;
      stats.peak_streaming = stats.streaming;
    }
    char body[512], out[1024];
    int n = snprintf(body, sizeof body,
        "{\"open\":%d,\"streaming\":%d,\"peakStreaming\":%d,\"requests\":%llu,\"aborted\":%llu,"
        "\"foreignKeys\":%llu,\"refused\":%llu}", stats.open, stats.streaming, stats.peak_streaming,
        (unsigned long long)stats.requests, (unsigned long long)stats.aborted,
        (unsigned long long)stats.foreign_keys, (unsigned long long)stats.refused);
    n = snprintf(out, sizeof out,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s", n, body);
    return send_bytes(c, out, (size_t)n);
  }
  if (c->answer == UNKNOWN) {
    static const char missing[] =
        "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    stats.refused++;
    return send_bytes(c, missing, sizeof missing - 1);
  }
  stats.requests++;
  if (c->answer != JSON) return start_stream(c);
  char digits[16];
  snprintf(digits, sizeof digits, "%010llu", (unsigned long long)c->received);
  memcpy(json_answer + received_at, digits, 10);
  return send_bytes(c, json_answer, json_length);
}

/* ---- requests ---- */

static uint64_t number_in(const char *query, size_t n, const char *name) {
  const char *at = memmem(query, n, name, strlen(name));
  return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static enum answer asked_for(const char *line, size_t n) {
  static const struct { const char *text; enum answer answer; } known[] = {
      {"answer=json", JSON}, {"answer=fast", FAST}, {"answer=coalesced", COALESCED},
      {"answer=paced", PACED}, {"GET /stats ", STATS}, {"GET /reset ", RESET},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (memmem(line, n, known[i].text, strlen(known[i].text))) return known[i].answer;
  return UNKNOWN;
}

static void read_target(struct conn *c, const char *line, size_t n) {
  c->answer = asked_for(line, n);
  uint64_t events = number_in(line, n, "events="), interval = number_in(line, n, "interval_us=") * 1000;
  c->events = (uint32_t)events;
  c->interval_ns = interval;
  if (c->answer == FAST || c->answer == COALESCED) {
    if (events < 5 || events > STREAM_MAX) c->answer = UNKNOWN;
    else make_stream(c->events);
  }
  int is_pace = (events == 0 || events >= 5) && interval > 0 && interval < (uint64_t)(SLOTS - 2) * TICK_NS;
  if (c->answer == PACED && !is_pace) c->answer = UNKNOWN;
}

static void read_head(struct conn *c, const char *head, size_t n) {
  const char *end = head + n, *p = memchr(head, '\r', n);
  read_target(c, head, (size_t)(p - head));
  p += 2;
  struct text name, value;
  int knows_key = 0;
  c->received = 0;
  c->body = frame_of(BY_LENGTH, 0);
  while (next_header(&p, end, &name, &value)) {
    if (is_text(name, "content-length")) c->body = frame_of(BY_LENGTH, strtoull(value.at, NULL, 10));
    else if (is_text(name, "transfer-encoding")) c->body = frame_of(BY_CHUNKS, 0);
    else if (is_text(name, "x-api-key")) knows_key = is_text(value, expected_key);
    else if (is_text(name, "connection")) c->wants_close = is_text(value, "close");
  }
  if (!knows_key && c->answer < STATS) stats.foreign_keys++;
  c->mode = READ_BODY;
}

static void count_body(void *owner, const char *bytes, size_t n) {
  (void)bytes;
  ((struct conn *)owner)->received += n;
}

/* 0: the connection must be closed. */
static int feed(struct conn *c, const char *p, size_t n) {
  while (n > 0 || (c->mode == READ_BODY && c->body.done)) {
    if (c->mode == STREAMING) return 0; /* nobody here sends a second request before the answer ends */
    if (c->mode == READ_BODY) {
      size_t used = frame_feed(&c->body, p, n, count_body, c);
      p += used;
      n -= used;
      if (c->body.bad) return 0;
      if (!c->body.done) continue;
      c->mode = READ_HEAD;
      if (!answer(c)) return 0;
      continue;
    }
    size_t take = n;
    const char *head = p;
    size_t length;
    if (c->head_length > 0) { /* the head came in pieces: join them */
      if (take > HEAD_MAX - c->head_length) take = HEAD_MAX - c->head_length;
      memcpy(c->head + c->head_length, p, take);
      head = c->head;
      length = head_length(c->head, c->head_length + take);
      if (length > 0) take = length - c->head_length;
    } else if ((length = head_length(p, n)) > 0) take = length;
    if (length == 0) {
      if (c->head_length + take >= HEAD_MAX) return 0;
      if (head == p) memcpy(c->head, p, take);
      c->head_length += take;
      return 1;
    }
    c->head_length = 0;
    p += take;
    n -= take;
    read_head(c, head, length);
  }
  return 1;
}

static void drain_spill(struct conn *c) {
  ssize_t wrote = send(c->fd, c->spill + c->spill_at, c->spill_length - c->spill_at, MSG_NOSIGNAL);
  if (wrote < 0 && errno == EAGAIN) return;
  if (wrote < 0) { close_conn(c); return; }
  c->spill_at += (size_t)wrote;
  if (c->spill_at < c->spill_length) return;
  c->spill_at = c->spill_length = 0;
  watch(c, EPOLLIN | EPOLLRDHUP);
  if (c->mode == STREAMING && c->answer == FAST && !c->next) link_conn(&running, c);
}

static void on_event(struct conn *c, uint32_t events) {
  static char scratch[262144];
  if (events & EPOLLIN) {
    ssize_t n = recv(c->fd, scratch, sizeof scratch, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN) || (n > 0 && !feed(c, scratch, (size_t)n))) {
      close_conn(c);
      return;
    }
    if (c->wants_close && c->mode == READ_HEAD && c->spill_length == 0) { close_conn(c); return; }
  } else if (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) {
    close_conn(c);
    return;
  }
  if (events & EPOLLOUT) drain_spill(c);
}

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    no_delay(fd);
    struct conn *c = calloc(1, sizeof *c);
    c->fd = fd;
    stats.open++;
    struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
  }
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

int main(int argc, char **argv) {
  settle_in();
  expected_key = argc > 1 ? argv[1] : "";
  make_heads();
  running.next = running.prev = &running;
  for (int i = 0; i < SLOTS; i++) wheel[i].next = wheel[i].prev = &wheel[i];
  wheel_tick = now_ns() / TICK_NS;

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 4096) < 0) die("listen");
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);

  poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL}, ready[BATCH];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &e);
  for (;;) {
    int wait = running.next != &running ? 0 : paced > 0 ? 1 : -1;
    int n = epoll_wait(poller, ready, BATCH, wait);
    if (paced == 0) wheel_tick = now_ns() / TICK_NS; /* stood still while nothing was due */
    for (int i = 0; i < n; i++) {
      if (ready[i].data.ptr) on_event(ready[i].data.ptr, ready[i].events);
      else accept_all(listener);
    }
    /* One event of each fast stream in turn, as many sessions at once would write them. */
    for (struct conn *c = running.next, *next; c != &running; c = next) {
      next = c->next;
      step(c);
    }
    if (paced > 0) turn_wheel();
  }
}
