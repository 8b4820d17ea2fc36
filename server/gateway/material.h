// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "protocol/ipc/gateway_link.h"
#include "server/base/unique_fd.h"
#include "server/gateway/settings.h"

namespace sudare::gateway {

// The PEM files of both sides. Whole files in memory: links get them as sealed memory and can
// open nothing themselves. What a link could not use is an error here, where an administrator
// sees it, and never replaces what works.
class Material {
   public:
    static Result<Material> load(const Settings& settings);

    // For one new link; the key is in it.
    [[nodiscard]] Result<UniqueFd> for_link(const std::array<std::uint8_t, 16>& address,
                                            std::uint16_t port, bool recorder) const;

    // Read the files again: only the revocation lists, or renewed certificates and keys as well,
    // which hold for new links. True when the lists differ from before; after an error everything
    // is as it was (links refuse everybody once the lists are too old: fail closed).
    Result<bool> reload_lists(const Settings& settings);
    Result<bool> reload(const Settings& settings);
    [[nodiscard]] Result<UniqueFd> lists() const;
    // How much of the lists' life is over, 1.0: nobody is let in any more.
    [[nodiscard]] Result<double> lists_age() const;
    // When the first of our certificates and their CAs ends, seconds since 1970.
    [[nodiscard]] Result<std::int64_t> certificates_end() const;

   private:
    ipc::LinkSettings common_;
};

}  // namespace sudare::gateway
