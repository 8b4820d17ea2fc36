// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/bundle_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "protocol/evidence/checkpoint.h"
#include "protocol/evidence/durable_file.h"
#include "server/base/unix_socket.h"
#include "server/bundle/manifest.h"
#include "server/ctl/client.h"

namespace sudare::ctl {
namespace {

constexpr std::size_t kKeyBytesMax = 4096;

// The key's line, checked; empty when none is wanted.
Result<std::string> key_line(const std::string& path) {
    if (path.empty())
        return std::string();
    SUDARE_TRY(std::string text, evidence::read_file(path, kKeyBytesMax));
    while (text.ends_with('\n'))
        text.pop_back();
    if (const auto key = evidence::VerifierKey::parse(text); !key)
        return fail(Errc::kBadInput, "--signer-key " + path +
                                         " must hold the one line that sudare-signer --make-key "
                                         "printed: " +
                                         key.error().message);
    return text + "\n";
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Result<void> sync(const std::string& folder) {
    const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0)
        return fail_errno(("fsync " + folder).c_str());
    return {};
}

}  // namespace

Result<BundleFolder> BundleFolder::create(const std::string& folder) {
    std::string name = folder;
    while (name.size() > 1 && name.ends_with('/'))
        name.pop_back();
    struct stat status {};
    if (name.empty() || ::lstat(name.c_str(), &status) == 0)
        return fail(Errc::kState, "--out \"" + folder + "\" must be a folder that is not there yet");
    BundleFolder out(name);
    if (::mkdir(out.unfinished().c_str(), 0700) != 0) {
        auto failure = fail_errno(("--out: mkdir " + out.unfinished()).c_str());
        out.folder_.clear();
        return failure;
    }
    return out;
}

BundleFolder::~BundleFolder() {
    if (folder_.empty())
        return;
    for (const auto& [name, fd] : files_)
        ::unlink((unfinished() + "/" + name).c_str());
    ::rmdir(unfinished().c_str());
}

Result<void> BundleFolder::choose(const std::string& name) {
    if (!bundle::is_name(name))
        return fail(Errc::kBadInput, "the broker sends a file that no bundle of this version has");
    UniqueFd& file = files_[name];
    if (!file)
        file = UniqueFd(::open((unfinished() + "/" + name).c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file)
        return fail_errno(("open " + unfinished() + "/" + name).c_str());
    chosen_ = &file;
    return {};
}

Result<void> BundleFolder::add(std::span<const std::uint8_t> bytes) {
    if (chosen_ == nullptr)
        return fail(Errc::kBadInput, "the broker sends bytes of no file");
    return write_all(chosen_->get(), bytes);
}

Result<void> BundleFolder::finish() {
    for (const auto& [name, file] : files_)
        if (::fsync(file.get()) != 0)
            return fail_errno(("fsync " + name).c_str());
    SUDARE_CHECK(sync(unfinished()));
    // An empty folder that somebody made meanwhile is replaced; anything else is not.
    if (::rename(unfinished().c_str(), folder_.c_str()) != 0)
        return fail_errno(("--out: rename to " + folder_).c_str());
    const std::size_t slash = folder_.rfind('/');
    const std::string above = slash == std::string::npos ? "." : folder_.substr(0, slash + 1);
    folder_.clear();
    return sync(above);
}

std::optional<ipc::CtlRow> export_bundle(Context& context, const std::vector<std::string>& criteria,
                                         const std::string& folder, const std::string& key) {
    const auto line = key_line(key);
    auto out = line ? BundleFolder::create(folder) : Result<BundleFolder>(tl::unexpected(line.error()));
    if (!out) {
        context.failed(out.error());
        return std::nullopt;
    }
    ipc::CtlRow counts;
    Result<void> written;
    if (!line->empty() && (written = out->choose(bundle::kSignerKey)))
        written = out->add(bytes_of(*line));
    const bool done = ask(
        context, ipc::CtlRequest::kEvidenceExport, criteria,
        [&](const ipc::CtlRow& row) {
            const std::string name = text_of(row, "file");
            if (name.empty())
                counts = row;
            else if (written)
                written = out->choose(name);
        },
        [&](std::span<const std::uint8_t> piece) {
            if (written)
                written = out->add(piece);
            return written.has_value();
        });
    if (done && written)
        written = out->finish();
    if (!written)
        context.failed(written.error());
    return done && written ? std::optional(counts) : std::nullopt;
}

}  // namespace sudare::ctl
