// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "server/bundle/manifest.h"

namespace sudare::bundle {

// README.txt of a bundle, Japanese and English: what it is, how to check it without trusting whoever
// handed it over, what is proven and what not. Of the manifest all but the files is used.
std::string readme(const Manifest& manifest);

}  // namespace sudare::bundle
