// SPDX-License-Identifier: Apache-2.0
#include "client/core/terminal_key.h"

#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <memory>

#include "protocol/enrol/messages.h"

namespace sudare::client {
namespace {

struct Freed {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509_REQ* request) const { X509_REQ_free(request); }
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(CMS_ContentInfo* content) const { CMS_ContentInfo_free(content); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
    void operator()(STACK_OF(X509_EXTENSION) * list) const {
        sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    }
};
template <typename Type>
using Owned = std::unique_ptr<Type, Freed>;

tl::unexpected<Error> fail_openssl(const char* call) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return fail(Errc::kSystem, std::string(call) + ": " + (reason != nullptr ? reason : "failed"));
}

template <typename Write>
Result<QByteArray> text(const char* call, Write&& write) {
    // Secure memory is wiped when it goes: the private key is in it.
    const Owned<BIO> bio(BIO_new(BIO_s_secmem()));
    if (!bio || write(bio.get()) != 1)
        return fail_openssl(call);
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &data);
    return QByteArray(data, static_cast<qsizetype>(length));
}

Result<Owned<X509_REQ>> signed_request(EVP_PKEY* key, const std::string& name) {
    Owned<X509_REQ> request(X509_REQ_new());
    if (!request || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
        X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.data()),
                                   static_cast<int>(name.size()), -1, 0) != 1 ||
        X509_REQ_set_pubkey(request.get(), key) != 1)
        return fail_openssl("X509_REQ_new");
    const std::string uri = "URI:sudare:terminal:" + name;
    const Owned<X509_EXTENSION> names(
        X509V3_EXT_nconf_nid(nullptr, nullptr, NID_subject_alt_name, uri.c_str()));
    STACK_OF(X509_EXTENSION)* list = nullptr;
    const bool added = names && X509v3_add_ext(&list, names.get(), -1) != nullptr;
    const Owned<STACK_OF(X509_EXTENSION)> owner(list);
    if (!added || X509_REQ_add_extensions(request.get(), list) != 1 ||
        X509_REQ_sign(request.get(), key, EVP_sha256()) <= 0)
        return fail_openssl("X509_REQ_sign");
    return request;
}

Result<QByteArray> fingerprint_of(const EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key, &der);
    if (length <= 0)
        return fail_openssl("i2d_PUBKEY");
    const QByteArray bytes(reinterpret_cast<const char*>(der), length);
    OPENSSL_free(der);
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

Owned<EVP_PKEY> parsed_key(const QByteArray& pem) {
    const auto silent = [](char*, int, int, void*) { return -1; };  // nobody is asked for anything
    const Owned<BIO> bio(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
    return Owned<EVP_PKEY>(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, silent, nullptr)
                               : nullptr);
}

X509* handle_of(const QSslCertificate& certificate) {
    return static_cast<X509*>(certificate.handle());
}

}  // namespace

bool key_fits(const QSslCertificate& certificate, const QByteArray& key) {
    const Owned<EVP_PKEY> parsed = parsed_key(key);
    const bool fits =
        parsed && X509_check_private_key(handle_of(certificate), parsed.get()) == 1;
    ERR_clear_error();  // QSslSocket would take it for its own
    return fits;
}

Result<QByteArray> sign_with_present_key(const QByteArray& request, const QSslCertificate& present,
                                         const QSslKey& key) {
    QByteArray pem = key.toPem();
    const Owned<EVP_PKEY> own = parsed_key(pem);
    wipe_bytes(pem);
    const Owned<BIO> content(
        BIO_new_mem_buf(request.constData(), static_cast<int>(request.size())));
    const Owned<CMS_ContentInfo> cms(
        own && content ? CMS_sign(handle_of(present), own.get(), nullptr, content.get(),
                                  CMS_BINARY | CMS_NOSMIMECAP)
                       : nullptr);
    unsigned char* der = nullptr;
    const int length = cms ? i2d_CMS_ContentInfo(cms.get(), &der) : 0;
    if (length <= 0)
        return fail_openssl("CMS_sign");
    const QByteArray out(reinterpret_cast<const char*>(der), length);
    OPENSSL_free(der);
    if (static_cast<std::size_t>(length) > enrol::kRenewalBytesMax)
        return fail(Errc::kLimit, "the present certificate is too large to be renewed this way");
    return out;
}

void wipe_bytes(QByteArray& secret) {
    if (!secret.isEmpty())
        OPENSSL_cleanse(secret.data(), static_cast<std::size_t>(secret.size()));
    secret.clear();
}

Result<KeyRequest> make_key_request(const QString& terminal) {
    static const QRegularExpression kName(QStringLiteral("\\A[A-Za-z0-9_][A-Za-z0-9._-]{0,63}\\z"));
    if (!kName.match(terminal).hasMatch())
        return fail(Errc::kBadInput,
                    "the name of a terminal is 1 to 64 of a-z A-Z 0-9 . _ - and "
                    "begins with a letter, digit or _");
    const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
    if (!key)
        return fail_openssl("EVP_EC_gen P-256");
    SUDARE_TRY(const Owned<X509_REQ> request, signed_request(key.get(), terminal.toStdString()));
    KeyRequest out;
    SUDARE_TRY(out.request, text("PEM_write_bio_X509_REQ", [&](BIO* bio) {
                   return PEM_write_bio_X509_REQ(bio, request.get());
               }));
    SUDARE_TRY(out.fingerprint, fingerprint_of(key.get()));
    SUDARE_TRY(out.key, text("PEM_write_bio_PKCS8PrivateKey", [&](BIO* bio) {
                   return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0,
                                                        nullptr, nullptr);
               }));
    return out;
}

Result<void> write_private_file(const QString& path, const QByteArray& content) {
    QFile file(path);
    // The mode is set when it is made: it is readable by others not even for a moment.
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered,
                   QFile::ReadOwner | QFile::WriteOwner))
        return fail(QFile::exists(path) ? Errc::kState : Errc::kSystem,
                    "cannot make \"" + path.toStdString() + "\": " +
                        (QFile::exists(path) ? "it exists; move it away first"
                                             : file.errorString().toStdString()));
    if (file.write(content) == content.size() && file.flush())
        return {};
    const std::string why = file.errorString().toStdString();
    file.remove();
    return fail(Errc::kSystem, "cannot write \"" + path.toStdString() + "\": " + why);
}

Result<RequestFiles> write_key_request(const KeyRequest& made, const QString& directory,
                                       const QString& terminal) {
    const QDir place(directory);
    if (!place.exists())
        return fail(Errc::kNotFound,
                    "directory \"" + directory.toStdString() +
                        "\" does not exist; make it, for the terminal's user alone");
    const RequestFiles files{place.filePath(terminal + QStringLiteral(".key")),
                             place.filePath(terminal + QStringLiteral(".csr"))};
    if (QFile::exists(files.request))
        return fail(Errc::kState,
                    "\"" + files.request.toStdString() + "\" exists; move it away first");
    SUDARE_CHECK(write_private_file(files.key, made.key));
    SUDARE_CHECK(write_private_file(files.request, made.request));
    return files;
}

}  // namespace sudare::client
