// SPDX-License-Identifier: Apache-2.0
// A bundle of evidence from somebody: any manifest, any records, any tables. A manifest has one text only.
#include <cstdlib>

#include "server/verify/export.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string rest(data, data + size);
    verify::ExportSource source;
    for (const char* name : {bundle::kManifest, bundle::kProofs, bundle::kUnsigned, bundle::kExportProof, bundle::kCsv}) {
        const std::size_t end = std::min(rest.find('\0'), rest.size());
        source.files[name] = rest.substr(0, end);
        rest.erase(0, std::min(end + 1, rest.size()));
    }
    const std::string& text = source.files[bundle::kManifest];
    if (const auto manifest = bundle::read_manifest(text); manifest && bundle::write_manifest(*manifest) != text)
        std::abort();
    const auto report = verify::check_export(source, {});
    // Nothing of it drives the terminal of whoever reads the report.
    if (report && verify::text_of(*report, "", verify::Language::kEnglish).find('\x1b') != std::string::npos)
        std::abort();
    return 0;
}
