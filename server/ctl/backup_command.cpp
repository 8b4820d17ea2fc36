// SPDX-License-Identifier: Apache-2.0
// sudarectl backup: database and log into one directory, in the order that lets them be put back
// together: what the log must reach (database, checkpoints) is copied before the log. Reads the
// broker's files, which root and the broker's user can.
#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "server/base/log.h"
#include "server/base/unix_socket.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"

namespace sudare::ctl {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kPiece = 1U << 20;

// Its first `bytes`, or all: a log grows while it is copied. The hash of the copy, which is on the disk.
Result<std::string> copy_one(const fs::path& from, const fs::path& to) {
    const UniqueFd in(::open(from.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!in || ::fstat(in.get(), &status) != 0)
        return fail_errno(("read " + from.string()).c_str());
    const UniqueFd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out)
        return fail_errno(("make " + to.string()).c_str());
    crypto_hash_sha256_state digest;
    crypto_hash_sha256_init(&digest);
    std::vector<std::uint8_t> piece(kPiece);
    for (off_t left = status.st_size; left > 0;) {
        const ssize_t got = ::read(in.get(), piece.data(), std::min<std::size_t>(piece.size(), static_cast<std::size_t>(left)));
        if (got <= 0)
            return got < 0 ? fail_errno(("read " + from.string()).c_str())
                           : fail(Errc::kSystem, from.string() + " has become shorter");
        const std::span bytes(piece.data(), static_cast<std::size_t>(got));
        SUDARE_CHECK(write_all(out.get(), bytes));
        crypto_hash_sha256_update(&digest, bytes.data(), bytes.size());
        left -= got;
    }
    if (::fchmod(out.get(), status.st_mode & 0777) != 0 || ::fsync(out.get()) != 0)
        return fail_errno(("fsync " + to.string()).c_str());
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256_final(&digest, hash.data());
    std::string hex;
    for (const unsigned char byte : hash)
        hex += fmt::format("{:02x}", byte);
    return hex;
}

// Segments last and in order: all else in the directory says something about records that were there
// before it was written.
Result<std::vector<std::string>> names_of(const fs::path& audit) {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator at(audit, error), none; !error && at != none; at.increment(error))
        if (at->is_regular_file(error))
            names.push_back(at->path().filename().string());
    if (error)
        return fail(Errc::kSystem, "read " + audit.string() + ": " + error.message());
    const auto is_segment = [](const std::string& name) { return name.ends_with(".log"); };
    std::ranges::sort(names, [&](const std::string& a, const std::string& b) {
        return std::pair(is_segment(a), a) < std::pair(is_segment(b), b);
    });
    return names;
}

Result<void> write_new(const fs::path& path, const std::string& text) {
    const UniqueFd out(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out)
        return fail_errno(("make " + path.string()).c_str());
    SUDARE_CHECK(write_all(out.get(), std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())));
    return ::fsync(out.get()) == 0 ? Result<void>() : fail_errno("fsync");
}

struct Totals {
    std::size_t files = 0;
    std::string sums;  // as sha256sum writes them
};

Result<Totals> copy_all(const ipc::CtlRow& row, const fs::path& out) {
    Totals totals;
    const fs::path audit = text_of(row, "audit_dir");
    const auto take = [&](const fs::path& from, const std::string& name) -> Result<void> {
        SUDARE_TRY(const std::string hash, copy_one(from, out / name));
        if (name == "broker.db" && hash != text_of(row, "sha256"))
            return fail(Errc::kState, "the copy of the database is not the one that the log names; another "
                                      "backup runs at the same time");
        totals.sums += hash + "  " + name + "\n";
        ++totals.files;
        return {};
    };
    SUDARE_CHECK(take(text_of(row, "file"), "broker.db"));
    SUDARE_TRY(const auto names, names_of(audit));
    if (::mkdir((out / "audit").c_str(), 0700) != 0)
        return fail_errno("mkdir audit");
    for (const std::string& name : names)
        SUDARE_CHECK(take(audit / name, "audit/" + name));
    SUDARE_CHECK(write_new(out / "SHA256SUMS", totals.sums));
    return totals;
}

void back_up(Context& context, const std::string& out) {
    if (::mkdir(out.c_str(), 0700) != 0)
        return context.failed(fail_errno(("--out: cannot make the new directory " + out).c_str()).value());
    ipc::CtlRow row;
    if (!ask(context, ipc::CtlRequest::kBackup, {}, [&](const ipc::CtlRow& one) { row = one; })) {
        ::rmdir(out.c_str());
        return;
    }
    const auto totals = copy_all(row, out);
    if (!totals)
        return context.failed(totals.error());
    boost::json::object object = json_of(row);
    object["out"] = out;
    object["files"] = totals->files;
    context.result(object, fmt::format(fmt::runtime(context.pick(
                                           "{}: the database and {} files of the log; SHA256SUMS lists them",
                                           "{}: データベースと監査記録のファイル {} 個。一覧は SHA256SUMS")),
                                       out, totals->files - 1));
}

}  // namespace

void add_backup_command(CLI::App& app, Context& context) {
    const auto out = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand(
        "backup", std::string(context.pick("database and audit log into a new directory, also while the broker runs; as root on the border",
                                           "データベースと監査記録の控えを新しいディレクトリに作る (動作中でも可。境界の root で)")));
    command->fallthrough()->callback([&context, out] { back_up(context, *out); });
    command->add_option("--out", *out, std::string(context.pick("new directory", "新しいディレクトリ")))->required();
}

}  // namespace sudare::ctl
