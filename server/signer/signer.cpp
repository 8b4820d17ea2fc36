// SPDX-License-Identifier: Apache-2.0
#include "server/signer/signer.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "protocol/evidence/durable_file.h"

namespace sudare::signer {
namespace {

using evidence::Checkpoint;

constexpr char kKeyFile[] = "/signer.key";
constexpr char kPublicFile[] = "/signer.pub";
constexpr char kLastFile[] = "/last";
constexpr std::size_t kSmallFileMax = 16384;

// The first line says what the file is and whose: a state of another key is no state.
std::string text_of_last(const evidence::VerifierKey& key, const Checkpoint& last) {
    return "sudare-signer/1 " + key.id() + "\n" + evidence::text_of(last);
}

Result<Checkpoint> parse_last(const std::string& text, const evidence::SigningKey& key,
                              const std::string& path) {
    const auto wrong = [&](const char* what) {
        return fail(Errc::kBadInput,
                    path + ": " + what +
                        ". Without what was signed last nothing is signed: put the "
                        "newest copy back, or move the directory away as evidence and make a "
                        "new key (sudare-signer --make-key)");
    };
    const std::size_t first = text.find('\n');
    const std::size_t second = first == std::string::npos ? first : text.find('\n', first + 1);
    const std::size_t third = second == std::string::npos ? second : text.find('\n', second + 1);
    if (third == std::string::npos)
        return wrong("it is not whole");
    Checkpoint last;
    last.origin = text.substr(first + 1, second - first - 1);
    const auto size =
        evidence::from_decimal(std::string_view(text).substr(second + 1, third - second - 1));
    const auto root = evidence::hash_from_base64(
        std::string_view(text).substr(third + 1, text.size() - third - 2));
    if (!size || *size > evidence::kTreeSizeMax || !root || !evidence::is_name(last.origin))
        return wrong("it is damaged");
    last.size = *size;
    last.root = *root;
    SUDARE_TRY(const evidence::VerifierKey verifier, key.verifier(last.origin));
    if (text_of_last(verifier, last) != text)
        return wrong("it is damaged, or belongs to another key");
    return last;
}

}  // namespace

Signer::Signer(std::string directory, evidence::SigningKey key, evidence::VerifierKey verifier,
               Checkpoint last)
    : directory_(std::move(directory)),
      key_(std::move(key)),
      verifier_(std::move(verifier)),
      last_(std::move(last)) {}

// The state comes before the key: a key without a state would be refused by open() for ever.
Result<evidence::VerifierKey> Signer::make(const std::string& directory, const std::string& name) {
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return fail_errno(("mkdir " + directory).c_str());
    struct stat existing {};
    if (::lstat((directory + kKeyFile).c_str(), &existing) == 0)
        return fail(Errc::kState,
                    directory + kKeyFile +
                        " exists already. A new key for a new log: move the directory "
                        "away (it is evidence) and call again");
    SUDARE_TRY(const evidence::SigningKey key, evidence::SigningKey::generate());
    SUDARE_TRY(evidence::VerifierKey verifier, key.verifier(name));
    SUDARE_TRY(const std::string pem, key.pem());
    SUDARE_CHECK(evidence::replace_file(
        directory + kLastFile, text_of_last(verifier, {name, 0, evidence::empty_root()}), 0600));
    SUDARE_CHECK(evidence::replace_file(directory + kPublicFile, verifier.line() + "\n", 0644));
    SUDARE_CHECK(evidence::create_file(directory + kKeyFile, pem, 0600));
    return verifier;
}

Result<Signer> Signer::open(const std::string& directory) {
    const std::string path = directory + kKeyFile;
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0)
        return fail(Errc::kDenied, path + " can be read by others: chmod 600");
    auto pem = evidence::read_file(path, kSmallFileMax);
    if (!pem && pem.error().code == Errc::kNotFound)
        return fail(Errc::kNotFound, "there is no " + path +
                                         ": make one with sudare-signer --config FILE --make-key");
    if (!pem)
        return tl::unexpected(pem.error());
    auto key = evidence::SigningKey::from_pem(
        {reinterpret_cast<const std::uint8_t*>(pem->data()), pem->size()});
    explicit_bzero(pem->data(), pem->size());
    if (!key)
        return fail(key.error().code, path + ": " + key.error().message);
    const std::string state = directory + kLastFile;
    auto text = evidence::read_file(state, kSmallFileMax);
    if (!text && text.error().code == Errc::kNotFound)
        text = "";
    if (!text)
        return tl::unexpected(text.error());
    SUDARE_TRY(Checkpoint last, parse_last(*text, *key, state));
    SUDARE_TRY(evidence::VerifierKey verifier, key->verifier(last.origin));
    return Signer(directory, std::move(*key), std::move(verifier), std::move(last));
}

std::variant<std::string, ipc::SignRefusal> Signer::sign(const ipc::SignRequest& request) {
    if (request.old_size != last_.size || request.size < last_.size)
        return ipc::SignRefusal::kNotTheLast;
    if (!evidence::consistent(last_.size, last_.root, request.size, request.root, request.proof))
        return ipc::SignRefusal::kNotConsistent;
    const Checkpoint next{last_.origin, request.size, request.root};
    if (!evidence::replace_file(directory_ + kLastFile, text_of_last(verifier_, next), 0600))
        return ipc::SignRefusal::kStorage;
    last_ = next;
    auto note = key_.sign(next);
    if (!note)
        return ipc::SignRefusal::kStorage;
    return std::move(*note);
}

}  // namespace sudare::signer
