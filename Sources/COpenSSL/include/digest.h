#pragma once
#include <openssl/evp.h>

// Loads libcrypto; before, none of its functions may be called. Ends the program, saying so, where there is none. Any
// thread may call.
void gaze_crypto_load(void);
