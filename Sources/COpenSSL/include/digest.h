#pragma once
#include <openssl/evp.h>

// Whether libcrypto can be loaded; until it is, none of its functions may be called.
int gaze_crypto_loads(void);
