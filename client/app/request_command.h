// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace sudare::client {

// `sudare --make-request NAME [--out DIR]`: makes this terminal's key and the request for its
// certificate, and shows no window. Nothing when the command line does not ask for it; else the
// exit code: 0, or 2 with a sentence on stderr.
std::optional<int> run_request_command(int& argc, char** argv);

}  // namespace sudare::client
