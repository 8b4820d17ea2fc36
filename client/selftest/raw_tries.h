// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/selftest/options.h"
#include "client/selftest/outcome.h"

// Tries below the messages: a version of TLS and a certificate with which nobody may come in.
namespace sudare::selftest {

// Whether the tester itself comes in, by the very code of the tries: the control of both. Tries again
// for a while, because the gateway makes an address wait that has failed before.
Outcome raw_control(const Options& options);
Outcome try_tls_1_2(const Options& options);
Outcome try_revoked_certificate(const Options& options);

}  // namespace sudare::selftest
