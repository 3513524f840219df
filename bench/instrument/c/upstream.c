/* The upstream of the benchmark: one thread, epoll, keep-alive, so cheap that what stands in front of it
 * is always the slower part. It answers POST with what the query asks for:
 *
 *   ?answer=json                               one message of about 1.5 KB with content-length; the request
 *                                              body is read whole and its length told (x-received-bytes)
 *   ?answer=count                              the same for count_tokens, 24 bytes; so is any POST to that path
 *   ?answer=fast&events=200                    a stream as fast as the reader takes it, one write an event
 *   ?answer=coalesced&events=200               the same bytes in one write
 *   ?answer=paced&events=50&interval_us=100000 one event each interval (at most 4 s); events=0 never ends
 *
 * GET /stats tells what it has seen, GET /reset zeroes the counters, GET /usual?answer=… says what a POST
 * without a query gets, GET /fail?status=429 how FAILING_KEY is answered from now on (0: like the other).
 * Usage: upstream EXPECTED_KEY FAILING_KEY [CERTIFICATE KEY]; it takes a free port of 127.0.0.1 and prints it,
 * and behind it one that speaks TLS where it got a certificate. */
#include "streams.h"

/* What the instrument asks, not what it measures. */
static int answer_control(struct conn *c) {
  if (!c->is_control) { c->is_control = 1; stats.open--; stats.accepted--; }
  if (c->asked.answer == RESET) {
    stats.requests = stats.aborted = stats.foreign_keys = stats.refused = stats.failed = stats.accepted = 0;
    stats.peak_streaming = stats.streaming;
  }
  char body[512], out[1024];
  int n = snprintf(body, sizeof body,
      "{\"open\":%d,\"streaming\":%d,\"peakStreaming\":%d,\"requests\":%llu,\"aborted\":%llu,"
      "\"foreignKeys\":%llu,\"refused\":%llu,\"failed\":%llu,\"accepted\":%llu}",
      stats.open, stats.streaming, stats.peak_streaming, (unsigned long long)stats.requests,
      (unsigned long long)stats.aborted, (unsigned long long)stats.foreign_keys,
      (unsigned long long)stats.refused, (unsigned long long)stats.failed, (unsigned long long)stats.accepted);
  n = snprintf(out, sizeof out,
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s", n, body);
  return send_bytes(c, out, (size_t)n);
}

/* As the API refuses: a 429 here names no window and no moment, so it is about this call alone. */
static int answer_failing(struct conn *c) {
  char body[256], out[512];
  const char *type = failing_status == 429 ? "rate_limit_error" : failing_status == 529 ? "overloaded_error" : "api_error";
  int n = snprintf(body, sizeof body, "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"Not now\"}}", type);
  n = snprintf(out, sizeof out, "HTTP/1.1 %d Not Now\r\ncontent-type: application/json\r\n"
      "request-id: req_01Benchmark0000000000001\r\ncontent-length: %d\r\n\r\n%s", failing_status, n, body);
  stats.failed++;
  return send_bytes(c, out, (size_t)n);
}

/* Both know how many bytes came: the load generator compares it with what it sent. */
static int answer_whole(struct conn *c, char *bytes, size_t length, size_t at) {
  char digits[16];
  snprintf(digits, sizeof digits, "%010llu", (unsigned long long)c->received);
  memcpy(bytes + at, digits, 10);
  return send_bytes(c, bytes, length);
}

static int answer(struct conn *c) {
  if (c->asked.answer >= STATS && c->asked.answer != UNKNOWN) return answer_control(c);
  if (c->asked.answer == UNKNOWN) {
    static const char missing[] =
        "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    stats.refused++;
    return send_bytes(c, missing, sizeof missing - 1);
  }
  if (c->fails) return answer_failing(c);
  stats.requests++;
  if (c->asked.answer == JSON) return answer_whole(c, json_answer, json_length, received_at);
  if (c->asked.answer == COUNT) return answer_whole(c, count_answer, count_length, count_received_at);
  return start_stream(c);
}

/* ---- requests ---- */

static void read_head(struct conn *c, const char *head, size_t n) {
  const char *end = head + n, *p = memchr(head, '\r', n);
  c->asked = read_target(head, (size_t)(p - head));
  p += 2;
  struct text name, value;
  int knows_key = 0;
  c->received = 0;
  c->fails = 0;
  c->body = frame_of(BY_LENGTH, 0);
  while (next_header(&p, end, &name, &value)) {
    if (is_text(name, "content-length")) c->body = frame_of(BY_LENGTH, strtoull(value.at, NULL, 10));
    else if (is_text(name, "transfer-encoding")) c->body = frame_of(BY_CHUNKS, 0);
    else if (is_text(name, "x-api-key")) {
      c->fails = failing_status != 0 && is_text(value, failing_key);
      knows_key = is_text(value, expected_key) || is_text(value, failing_key);
    }
    else if (is_text(name, "connection")) c->wants_close = is_text(value, "close");
  }
  if (!knows_key && c->asked.answer < STATS) stats.foreign_keys++;
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
  ssize_t wrote = put(c, c->spill + c->spill_at, c->spill_length - c->spill_at);
  if (wrote < 0 && errno == EAGAIN) return;
  if (wrote < 0) { close_conn(c); return; }
  c->spill_at += (size_t)wrote;
  if (c->spill_at < c->spill_length) return;
  c->spill_at = c->spill_length = 0;
  watch(c, EPOLLIN | EPOLLRDHUP);
  if (c->mode == STREAMING && c->asked.answer == FAST && !c->next) link_conn(&running, c);
}

static void on_event(struct conn *c, uint32_t events) {
  static char scratch[262144];
  if (events & EPOLLIN) {
    ssize_t n = c->tls ? tls_recv(c->tls, scratch, sizeof scratch) : recv(c->fd, scratch, sizeof scratch, 0);
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

static void accept_all(int listener, int is_tls) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    no_delay(fd);
    struct conn *c = calloc(1, sizeof *c);
    c->fd = fd;
    if (is_tls) c->tls = tls_accept(fd);
    stats.open++;
    stats.accepted++;
    struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
  }
}

static int listen_somewhere(void *mark) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 4096) < 0) die("listen");
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf(mark ? " %d" : "%d", ntohs(address.sin_port));
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = mark};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &e);
  return listener;
}

int main(int argc, char **argv) {
  settle_in();
  expected_key = argc > 1 ? argv[1] : "";
  failing_key = argc > 2 ? argv[2] : "";
  make_heads();
  running.next = running.prev = &running;
  for (int i = 0; i < SLOTS; i++) wheel[i].next = wheel[i].prev = &wheel[i];
  wheel_tick = now_ns() / TICK_NS;
  poller = epoll_create1(EPOLL_CLOEXEC);

  static char at_tls; /* its address tells the second door from connections; the first one has none */
  int plain = listen_somewhere(NULL), secure = -1;
  if (argc > 4) {
    tls_load(argv[3], argv[4]);
    secure = listen_somewhere(&at_tls);
  }
  puts("");
  fflush(stdout);

  struct epoll_event ready[BATCH];
  for (;;) {
    int wait = running.next != &running ? 0 : paced > 0 ? 1 : -1;
    int n = epoll_wait(poller, ready, BATCH, wait);
    if (paced == 0) wheel_tick = now_ns() / TICK_NS; /* stood still while nothing was due */
    for (int i = 0; i < n; i++) {
      void *whom = ready[i].data.ptr;
      if (whom == NULL) accept_all(plain, 0);
      else if (whom == &at_tls) accept_all(secure, 1);
      else on_event(whom, ready[i].events);
    }
    /* One event of each fast stream in turn, as many sessions at once would write them. */
    for (struct conn *c = running.next, *next; c != &running; c = next) {
      next = c->next;
      step(c);
    }
    if (paced > 0) turn_wheel();
  }
}
