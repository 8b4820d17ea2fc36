// SPDX-License-Identifier: Apache-2.0
// What a terminal asks the CA to sign, as PEM and inside a signed renewal. What is taken names a terminal; nobody here
// has the key of a certificate of this CA, so no renewal is ever taken.
#include "server/pki/builder.h"
#include "server/pki/renewal.h"

using namespace sudare::pki;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static const auto authority = make_authority("fuzz", 1);
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto request = check_request(text);
    if (request) {
        const auto again = fingerprint_of(request->key.get());
        if (!is_certificate_name(request->name) || !again || *again != request->fingerprint)
            __builtin_trap();
    }
    if (!authority || check_renewal(text, authority->certificate.get()))
        __builtin_trap();
    return 0;
}
