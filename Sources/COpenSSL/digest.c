#include "digest.h"

#include <forwarding.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void *library;

static void load(void) {
  static const char *const names[] = {"libcrypto.so", "libcrypto.so.3", "libcrypto.so.1.1", NULL};
  library = gaze_needed_library(names);
}

void gaze_crypto_load(void) { pthread_once(&once, load); }

#define FORWARD(RESULT, NAME, PARAMETERS, ARGUMENTS) GAZE_FORWARD(library, RESULT, NAME, PARAMETERS, ARGUMENTS)
FORWARD(const EVP_MD *, EVP_sha256, (void), ())
FORWARD(EVP_MD_CTX *, EVP_MD_CTX_new, (void), ())
FORWARD(int, EVP_DigestInit_ex, (EVP_MD_CTX *context, const EVP_MD *type, ENGINE *engine), (context, type, engine))
FORWARD(int, EVP_DigestUpdate, (EVP_MD_CTX *context, const void *data, size_t count), (context, data, count))
FORWARD(int, EVP_DigestFinal_ex, (EVP_MD_CTX *context, unsigned char *digest, unsigned int *size),
  (context, digest, size))
FORWARD(void, EVP_MD_CTX_free, (EVP_MD_CTX *context), (context))
