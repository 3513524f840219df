/* What upstream.c says: heads as long as the real API's, one message, and the events of a stream. */
#ifndef BENCH_ANSWERS_H
#define BENCH_ANSWERS_H

#include "http1.h"

enum { EVENT_MAX = 1024, STREAM_MAX = 4096 };

static char json_answer[8192], count_answer[2048], stream_head[2048];
static size_t json_length, count_length, stream_head_length, received_at, count_received_at;

static const char message_start[] =
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{"
    "\"id\":\"msg_01Benchmark0000000000000\",\"type\":\"message\",\"role\":\"assistant\","
    "\"model\":\"claude-sonnet-4-5-20250929\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
    "\"usage\":{\"input_tokens\":12,\"cache_creation_input_tokens\":128,\"cache_read_input_tokens\":24000,"
    "\"cache_creation\":{\"ephemeral_5m_input_tokens\":128,\"ephemeral_1h_input_tokens\":0},"
    "\"output_tokens\":1,\"service_tier\":\"standard\"}}}\n\n";
static const char block_start[] =
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
    "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
static const char block_stop[] =
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n";
static const char message_delta[] =
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
    "\"stop_sequence\":null},\"usage\":{\"output_tokens\":196}}\n\n";
static const char message_stop[] = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

/* Event `i` of `n` (0: without end) as one HTTP chunk; the last one brings the end of the body along. */
static size_t render_event(char *out, uint32_t i, uint32_t n, uint64_t stamp) {
  char delta[EVENT_MAX];
  const char *text = delta;
  if (i == 0) text = message_start;
  else if (i == 1) text = block_start;
  else if (n && i == n - 3) text = block_stop;
  else if (n && i == n - 2) text = message_delta;
  else if (n && i == n - 1) text = message_stop;
  else
    snprintf(delta, sizeof delta, DELTA_PREFIX DELTA_STAMP DELTA_SUFFIX, i, (unsigned long long)stamp);
  return (size_t)sprintf(out, "%zx\r\n%s\r\n%s", strlen(text), text, n && i == n - 1 ? "0\r\n\r\n" : "");
}

/* The fast streams carry no clock, so their bytes are made once: the head, then event i from at[i] on. */
static struct { uint32_t events; size_t at[STREAM_MAX + 1]; char bytes[STREAM_MAX * 256 + 4096]; } made;

static void make_stream(uint32_t events) {
  if (made.events == events) return;
  made.events = events;
  made.at[0] = stream_head_length;
  memcpy(made.bytes, stream_head, stream_head_length);
  for (uint32_t i = 0; i < events; i++)
    made.at[i + 1] = made.at[i] + render_event(made.bytes + made.at[i], i, events, 0);
}

static void make_heads(void) {
  char date[64], reset[64], text[1101], body[4096];
  time_t now = time(NULL), later = now + 86400;
  strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
  strftime(reset, sizeof reset, "%Y-%m-%dT%H:%M:%SZ", gmtime(&later));
  for (size_t i = 0; i < sizeof text - 1; i++) text[i] = "An answer of ordinary length, word by word. "[i % 44];
  text[sizeof text - 1] = 0;
  int body_length = snprintf(body, sizeof body,
      "{\"id\":\"msg_01Benchmark0000000000000\",\"type\":\"message\",\"role\":\"assistant\","
      "\"model\":\"claude-sonnet-4-5-20250929\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],"
      "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":12,"
      "\"cache_creation_input_tokens\":128,\"cache_read_input_tokens\":24000,"
      "\"cache_creation\":{\"ephemeral_5m_input_tokens\":128,\"ephemeral_1h_input_tokens\":0},"
      "\"output_tokens\":196,\"service_tier\":\"standard\"}}", text);
  char common[1024]; /* as many headers as the real API sends: each one costs a proxy something */
  snprintf(common, sizeof common,
      "date: %s\r\nrequest-id: req_01Benchmark0000000000000\r\n"
      "anthropic-organization-id: 00000000-0000-4000-8000-000000000000\r\n"
      "anthropic-ratelimit-requests-limit: 400000\r\nanthropic-ratelimit-requests-remaining: 399000\r\n"
      "anthropic-ratelimit-requests-reset: %s\r\nanthropic-ratelimit-input-tokens-limit: 200000000\r\n"
      "anthropic-ratelimit-input-tokens-remaining: 199000000\r\nanthropic-ratelimit-input-tokens-reset: %s\r\n"
      "anthropic-ratelimit-output-tokens-limit: 80000000\r\n"
      "anthropic-ratelimit-output-tokens-remaining: 79000000\r\n"
      "anthropic-ratelimit-output-tokens-reset: %s\r\nvary: accept-encoding\r\n", date, reset, reset, reset);
  json_length = (size_t)snprintf(json_answer, sizeof json_answer,
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n%scontent-length: %d\r\n"
      "x-received-bytes: 0000000000\r\n\r\n%s", common, body_length, body);
  received_at = (size_t)(strstr(json_answer, "x-received-bytes: ") - json_answer) + 18;
  static const char count[] = "{\"input_tokens\":12345678}";
  count_length = (size_t)snprintf(count_answer, sizeof count_answer,
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n%scontent-length: %zu\r\n"
      "x-received-bytes: 0000000000\r\n\r\n%s", common, sizeof count - 1, count);
  count_received_at = (size_t)(strstr(count_answer, "x-received-bytes: ") - count_answer) + 18;
  stream_head_length = (size_t)snprintf(stream_head, sizeof stream_head,
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n%s"
      "transfer-encoding: chunked\r\n\r\n", common);
}

#endif
