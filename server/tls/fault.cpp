// SPDX-License-Identifier: Apache-2.0
#include "server/tls/fault.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

namespace sudare::tls {

std::string_view name_of(Fault fault) {
    switch (fault) {
        case Fault::kNoCertificate: return "no_certificate";
        case Fault::kRevoked:       return "revoked";
        case Fault::kWrongCa:       return "wrong_ca";
        case Fault::kExpired:       return "expired";
        case Fault::kWrongIdentity: return "wrong_identity";
        case Fault::kTlsVersion:    return "tls_version";
        case Fault::kAlpn:          return "alpn";
        case Fault::kTimeout:       return "timeout";
        case Fault::kGarbage:       return "garbage";
        case Fault::kClosed:        return "closed";
        case Fault::kOurMaterial:   return "our_material";
    }
    return "unknown";
}

Fault fault_of_verification(long result) {
    switch (result) {
        case X509_V_ERR_CERT_REVOKED:
            return Fault::kRevoked;
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return Fault::kExpired;
        case X509_V_ERR_UNABLE_TO_GET_CRL:
        case X509_V_ERR_CRL_HAS_EXPIRED:
        case X509_V_ERR_CRL_NOT_YET_VALID:
        case X509_V_ERR_CRL_SIGNATURE_FAILURE:
            return Fault::kOurMaterial;
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        case X509_V_ERR_CERT_CHAIN_TOO_LONG:
        case X509_V_ERR_INVALID_CA:
            return Fault::kWrongCa;
        default:
            return Fault::kWrongIdentity;
    }
}

Fault fault_of_error(unsigned long code) {
    if (ERR_GET_LIB(code) != ERR_LIB_SSL)
        return Fault::kGarbage;
    switch (ERR_GET_REASON(code)) {
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
        case SSL_AD_REASON_OFFSET + SSL_AD_CERTIFICATE_REQUIRED:
            return Fault::kNoCertificate;
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_VERSION_TOO_LOW:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return Fault::kTlsVersion;
        case SSL_R_NO_APPLICATION_PROTOCOL:
        case SSL_R_CALLBACK_FAILED:  // our ClientHello callback judges nothing but ALPN
        case SSL_AD_REASON_OFFSET + SSL_AD_NO_APPLICATION_PROTOCOL:
            return Fault::kAlpn;
        case SSL_R_UNEXPECTED_EOF_WHILE_READING:
            return Fault::kClosed;
        default:
            // An alert from the peer: it refused us, for instance our certificate.
            return ERR_GET_REASON(code) >= SSL_AD_REASON_OFFSET ? Fault::kClosed : Fault::kGarbage;
    }
}

}  // namespace sudare::tls
