/* The load of the benchmark: one thread, epoll, keep-alive. It prints one line of JSON.
 *
 *   load closed  --port P --path T --connections N --seconds S --warmup-ms M   as fast as the answers come;
 *                                  --leave-percent L: so many streams in a hundred are left after a few events
 *   load rate    … --rate R        R requests a second whatever the answers do, --burst N of them at once; a
 *                                  latency counts from the moment its request was due, so that a stall is felt
 *                                  by all it delayed
 *   load paced   … --ramp-ms M --events N   one stream a connection: every event's delay, what was lost
 *   load aborts  … --total N                each stream is left after a few events, N in all
 *
 * Also: --host, --body BYTES of the request, --events N expected in an answer, --key, --header 'NAME: VALUE' as
 * often as wanted, --new-sessions 1: a session of its own for each request, --any-length 1: the upstream may get
 * another number of bytes than was sent, and --rest-us U: sleep that long before each look at the sockets (see
 * docs/benchmarks.md, "SSE fast"). */
#include "load-answers.h"
#include <sys/uio.h>

/* ---- requests ---- */

static void watch(struct conn *c, int operation, int out) {
  struct epoll_event e = {.events = EPOLLIN | (out ? EPOLLOUT : 0u), .data.ptr = c};
  epoll_ctl(poller, operation, c->fd, &e);
  c->watches_out = out;
}

static void push(struct conn *c) {
  size_t whole = c->head_length + body_length;
  while (c->out_at < whole) {
    struct iovec parts[2];
    int n = 0;
    if (c->out_at < c->head_length)
      parts[n++] = (struct iovec){c->head + c->out_at, c->head_length - c->out_at};
    size_t of_body = c->out_at > c->head_length ? c->out_at - c->head_length : 0;
    parts[n++] = (struct iovec){body + of_body, body_length - of_body};
    ssize_t wrote = writev(c->fd, parts, n);
    if (wrote < 0 && errno == EAGAIN) {
      if (!c->watches_out) watch(c, EPOLL_CTL_MOD, 1);
      return;
    }
    if (wrote < 0) return; /* reading will say what happened, perhaps with an early answer */
    c->out_at += (size_t)wrote;
  }
  if (c->watches_out) watch(c, EPOLL_CTL_MOD, 0);
}

static void ask(struct conn *c, uint64_t due) {
  c->state = ASKING;
  busy++;
  c->due = due;
  c->first = c->out_at = c->in_length = 0;
  c->events = c->next = 0;
  c->last = 0;
  c->has_head = c->has_echo = c->wants_close = 0;
  static uint64_t asked;
  c->leaves = mode == ABORTS || (asked * 37 % 100) < (uint64_t)opt.leave_percent; /* so many of every hundred */
  if (opt.new_sessions) {
    char number[16];
    /* Also another one than those of an earlier run against the same target. */
    snprintf(number, sizeof number, "%012llx", (unsigned long long)(began / 1000 + asked) & 0xffffffffffff);
    memcpy(c->session, number, 12);
  }
  asked++;
  push(c);
}

static void on_connected(struct conn *c) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error) {
    hang_up(c, 0);
    if (mode == ABORTS) started--;
    if (++seen.connect_errors > 1000) fail("over 1000 connections were refused", 1);
    go_on(c);
    return;
  }
  no_delay(c->fd);
  c->state = IDLE;
  busy--;
  if (c->due) ask(c, c->due); /* the repetition of a request */
  else if (mode != RATE) ask(c, now_ns());
  else {
    watch(c, EPOLL_CTL_MOD, 0);
    if (waiting_from < started) ask(c, waiting[waiting_from++]);
  }
}

static void dial(struct conn *c) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) die("socket");
  c->state = CONNECTING;
  busy++;
  if (mode == ABORTS) started++;
  c->served = 0;
  c->due = 0;
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) die("connect");
  watch(c, EPOLL_CTL_ADD, 1);
}

static void on_event(struct conn *c, uint32_t events) {
  static char scratch[262144];
  if (c->state == OFF) return;
  if (c->state == CONNECTING) {
    if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) on_connected(c);
    return;
  }
  if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
    ssize_t n = recv(c->fd, scratch, sizeof scratch, 0);
    if (n > 0) {
      if (mode == PACED) read_at = now_ns();
      take(c, scratch, (size_t)n);
    } else if (n == 0 || errno != EAGAIN) lost(c);
  } else if (events & EPOLLOUT) push(c);
}

/* ---- the clock of each mode: starts what is due, says when to look again; 0 ends the run ---- */

static uint64_t send_due(uint64_t now) {
  uint64_t burst = (uint64_t)opt.burst, step = 1000000000ull * burst / (uint64_t)opt.rate, next;
  while ((next = from - (uint64_t)opt.warmup_ms * 1000000 + started / burst * step) <= now && next < until) {
    if (next >= from) note(&seen.late, now - next);
    waiting[started++] = next;
    for (long i = 0; i < opt.connections; i++) {
      if (conns[i].state != IDLE) continue;
      ask(&conns[i], waiting[waiting_from++]);
      break;
    }
  }
  return next < until ? next : until;
}

static uint64_t wake_at(uint64_t now) {
  uint64_t give_up = until + (mode == PACED || mode == ABORTS ? 0 : 3000000000ull);
  int all_begun = mode == PACED    ? started == (uint64_t)opt.connections
                  : mode == ABORTS ? started >= (uint64_t)opt.total
                                   : now >= until;
  if (mode == RATE && waiting_from < started) all_begun = 0;
  if ((all_begun && busy == 0) || now >= give_up) return 0;
  if (mode == CLOSED) stopping = now >= until;
  if (mode == RATE && now < until) return send_due(now);
  if (mode == PACED && !all_begun) {
    uint64_t gap = (uint64_t)opt.ramp_ms * 1000000 / (uint64_t)opt.connections;
    while (began + started * gap <= now && started < (uint64_t)opt.connections) dial(&conns[started++]);
    return began + started * gap;
  }
  return now < until ? until : give_up;
}

int main(int argc, char **argv) {
  settle_in();
  read_options(argc, argv);
  make_body();
  address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port)};
  if (inet_pton(AF_INET, opt.host, &address.sin_addr) != 1) fail("--host wants an IPv4 address", 2);
  poller = epoll_create1(EPOLL_CLOEXEC);
  conns = calloc((size_t)opt.connections, sizeof *conns);
  waiting = calloc((size_t)(opt.rate * (opt.seconds + opt.warmup_ms / 1000 + 2) + opt.burst), sizeof *waiting);
  began = now_ns();
  from = began + (uint64_t)opt.warmup_ms * 1000000;
  until = from + (uint64_t)opt.seconds * 1000000000;
  for (long i = 0; i < opt.connections; i++) {
    conns[i].index = (int)i;
    make_head(&conns[i]);
    if (mode != PACED) dial(&conns[i]);
  }
  struct epoll_event ready[BATCH];
  uint64_t now, wake;
  while ((wake = wake_at(now = now_ns())) > 0) {
    uint64_t wait = wake > now ? wake - now : 0;
    struct timespec timeout = {(time_t)(wait / 1000000000), (long)(wait % 1000000000)};
    if (opt.rest_us) usleep((useconds_t)opt.rest_us);
    int n = epoll_pwait2(poller, ready, BATCH, &timeout, NULL);
    if (n < 0 && errno != EINTR) die("epoll_pwait2");
    for (int i = 0; i < n; i++) on_event(ready[i].data.ptr, ready[i].events);
  }
  seen.unanswered = (uint64_t)busy + (started - waiting_from) * (mode == RATE);
  report(now_ns());
}
