// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "protocol/ipc/broker_ctl.h"
#include "server/base/unique_fd.h"
#include "server/ctl/context.h"

namespace sudare::ctl {

// A bundle of evidence on its way to a new folder. Until it is whole, it is called FOLDER.unfinished;
// one that does not become whole is removed.
class BundleFolder {
public:
    // Errors: kState: there is something of that name already.
    static Result<BundleFolder> create(const std::string& folder);
    BundleFolder(BundleFolder&& other) noexcept
        : folder_(std::exchange(other.folder_, {})), files_(std::move(other.files_)) {}
    BundleFolder& operator=(BundleFolder&&) = delete;
    ~BundleFolder();

    // What comes next is of this file. Errors: kBadInput: a bundle has none of that name.
    Result<void> choose(const std::string& name);
    Result<void> add(std::span<const std::uint8_t> bytes);
    // On the disk, under its name.
    Result<void> finish();

private:
    explicit BundleFolder(std::string folder) : folder_(std::move(folder)) {}
    [[nodiscard]] std::string unfinished() const { return folder_ + ".unfinished"; }

    std::string folder_;  // empty: nothing to remove
    std::map<std::string, UniqueFd> files_;
    UniqueFd* chosen_ = nullptr;
};

// Asks the broker for a bundle and writes it: `criteria` as CtlRequest::kEvidenceExport wants them
// (evidence_criteria.h). `key`: a file with the signer's verifier key, for signer.pub, or empty. The
// counts that the broker says; nullopt: it said what is wrong, and there is no folder.
std::optional<ipc::CtlRow> export_bundle(Context& context, const std::vector<std::string>& criteria,
                                         const std::string& folder, const std::string& key);

}  // namespace sudare::ctl
