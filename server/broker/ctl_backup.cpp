// SPDX-License-Identifier: Apache-2.0
// A copy of the database for a backup. It has everybody's password hashes and secrets of second
// factors, so it does not leave by the admin socket: it lies beside the database, for the broker's own
// user and root only, and administrators hear its name.
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "server/base/log.h"
#include "server/base/unique_fd.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;

namespace {

struct Copy {
    std::array<std::uint8_t, crypto_hash_sha256_BYTES> hash{};
    std::uint64_t bytes = 0;
};

Result<UniqueFd> make_empty(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return fail_errno(("unlink " + path).c_str());
    UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file)
        return fail_errno(("make " + path).c_str());
    return file;
}

// On the disk, and what it is.
Result<Copy> settle(int file) {
    if (::fsync(file) != 0)
        return fail_errno("fsync");
    Copy copy;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    std::vector<std::uint8_t> piece(1U << 20);
    for (;;) {
        const ssize_t got = ::pread(file, piece.data(), piece.size(), static_cast<off_t>(copy.bytes));
        if (got < 0)
            return fail_errno("read");
        if (got == 0)
            break;
        crypto_hash_sha256_update(&state, piece.data(), static_cast<unsigned long long>(got));
        copy.bytes += static_cast<std::uint64_t>(got);
    }
    crypto_hash_sha256_final(&state, copy.hash.data());
    return copy;
}

Result<Copy> copy_database(store::Store& store, const std::string& path) {
    SUDARE_TRY(const UniqueFd file, make_empty(path));  // under SQLite's hands it stays ours alone
    SUDARE_CHECK(store.copy_to(path));
    return settle(file.get());
}

Result<void> put_in_place(const std::string& from, const std::string& to, const std::string& folder) {
    if (::rename(from.c_str(), to.c_str()) != 0)
        return fail_errno(("rename " + from).c_str());
    const UniqueFd directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0)
        return fail_errno(("fsync " + folder).c_str());
    return {};
}

}  // namespace

// The log that is copied after this has every record that this copy knows of.
CtlResult<> CtlPeer::backup(const Arguments&) {
    const std::string& folder = core_.settings().state_dir;
    const std::string path = folder + "/broker.db.backup", fresh = path + ".new";
    const std::uint64_t records = core_.log_end().records;
    const auto copy = copy_database(core_.store(), fresh);
    if (!copy) {
        ::unlink(fresh.c_str());
        return ctl_fail(copy.error());
    }
    const auto done = core_.record_and_do(event(EventType::kBackupMade)
                                              .number(Field::kNumber, records)
                                              .number(Field::kSize, copy->bytes)
                                              .bytes(Field::kHash, copy->hash),
                                          [&] { return put_in_place(fresh, path, folder); });
    if (!done) {
        ::unlink(fresh.c_str());
        return ctl_fail(done.error());
    }
    std::array<char, crypto_hash_sha256_BYTES * 2 + 1> hex{};
    row({{"file", path},
         {"bytes", copy->bytes},
         {"sha256", std::string(sodium_bin2hex(hex.data(), hex.size(), copy->hash.data(), copy->hash.size()))},
         {"records", records},
         {"audit_dir", core_.settings().audit_dir}});
    return {};
}

}  // namespace sudare::broker
