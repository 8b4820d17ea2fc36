// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <system_error>

#include "protocol/evidence/durable_file.h"
#include "protocol/evidence/proof_file.h"
#include "server/verify/export.h"

namespace sudare::verify {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTableBytesMax = std::size_t{4} << 30;  // escapes make a record longer
// Names of it do not stand in the directory of a log.
constexpr const char* kMarks[] = {bundle::kManifest,    bundle::kProofs,         bundle::kUnsigned,
                                  bundle::kExportProof, bundle::kExportUnsigned, bundle::kJson,
                                  bundle::kCsv};
constexpr std::size_t kStrangeMax = 100;  // that are named

}  // namespace

bool is_export(const std::string& directory) {
    std::error_code error;
    for (const char* name : kMarks)
        if (fs::symlink_status(directory + "/" + name, error).type() != fs::file_type::not_found &&
            !error)
            return true;
    return false;
}

Result<ExportSource> open_export(const std::string& directory) {
    ExportSource source;
    std::error_code error;
    for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename();
        std::error_code unknown;
        const auto type = at->symlink_status(unknown).type();
        if (!bundle::is_name(name) || unknown || type != fs::file_type::regular) {
            if (source.strange.size() < kStrangeMax)
                source.strange.push_back(
                    escaped({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()}));
            continue;
        }
        SUDARE_TRY(source.files[name], evidence::read_file(at->path(), kTableBytesMax));
    }
    if (error)
        return fail(Errc::kSystem, directory + ": " + error.message());
    return source;
}

}  // namespace sudare::verify
