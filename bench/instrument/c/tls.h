/* The upstream's second door, behind TLS: compiled in where OpenSSL is there to be linked with (-DWITH_TLS).
 * Both give what recv(2) and send(2) give: bytes, 0 at the end, or -1 with EAGAIN where it has to wait. */
#ifndef BENCH_TLS_H
#define BENCH_TLS_H

#include "http1.h"

#ifdef WITH_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>

static SSL_CTX *tls_context;

/* HTTP/1.1 is all it offers, as the targets do (docs/benchmarks.md says why). */
static int choose_http11(SSL *tls, const unsigned char **out, unsigned char *out_length,
                         const unsigned char *offered, unsigned int length, void *unused) {
  static const unsigned char known[] = "\x08http/1.1";
  (void)tls;
  (void)unused;
  int found = SSL_select_next_proto((unsigned char **)out, out_length, known, sizeof known - 1, offered, length);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

static void tls_load(const char *certificate, const char *key) {
  tls_context = SSL_CTX_new(TLS_server_method());
  if (!tls_context || SSL_CTX_use_certificate_chain_file(tls_context, certificate) != 1 ||
      SSL_CTX_use_PrivateKey_file(tls_context, key, SSL_FILETYPE_PEM) != 1) {
    fprintf(stderr, "upstream: the certificate or its key cannot be read\n");
    exit(1);
  }
  SSL_CTX_set_mode(tls_context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                    SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(tls_context, choose_http11, NULL);
}

static void *tls_accept(int fd) {
  SSL *tls = SSL_new(tls_context);
  SSL_set_fd(tls, fd);
  SSL_set_accept_state(tls);
  return tls;
}

static ssize_t tls_outcome(SSL *tls, int done) {
  if (done > 0) return done;
  int why = SSL_get_error(tls, done);
  if (why == SSL_ERROR_ZERO_RETURN) return 0;
  errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EIO;
  return -1;
}

static ssize_t tls_recv(void *tls, void *bytes, size_t n) {
  ERR_clear_error();
  return tls_outcome(tls, SSL_read(tls, bytes, (int)n));
}

static ssize_t tls_send(void *tls, const void *bytes, size_t n) {
  ERR_clear_error();
  return tls_outcome(tls, SSL_write(tls, bytes, (int)(n < 1u << 30 ? n : 1u << 30)));
}

static void tls_free(void *tls) { SSL_free(tls); }

#else

static void tls_load(const char *certificate, const char *key) { (void)certificate, (void)key; }
static void *tls_accept(int fd) { return (void)fd, NULL; }
static ssize_t tls_recv(void *tls, void *bytes, size_t n) { return (void)tls, (void)bytes, (void)n, -1; }
static ssize_t tls_send(void *tls, const void *bytes, size_t n) { return (void)tls, (void)bytes, (void)n, -1; }
static void tls_free(void *tls) { (void)tls; }

#endif
#endif
