// SPDX-License-Identifier: Apache-2.0
#include "server/bundle/schema.h"

#include "server/broker/audit/events.h"
#include "server/bundle/meanings_ja.h"
#include "server/bundle/text.h"

namespace sudare::bundle {
namespace {

std::string_view name_of(audit::FieldKind kind) {
    switch (kind) {
        case audit::FieldKind::kNumber:
            return "number";
        case audit::FieldKind::kFlag:
            return "flag";
        case audit::FieldKind::kText:
            return "text";
        case audit::FieldKind::kBytes:
            return "bytes";
    }
    return "";
}

}  // namespace

std::string schema_json() {
    std::string out = "{\"schema\":1,\n\"events\":[";
    const char* before = "\n";
    for (const audit::EventRow& row : audit::event_rows()) {
        out += before + std::string("{\"number\":") + std::to_string(static_cast<unsigned>(row.type)) +
               ",\"name\":" + json_text(row.name) + ",\"name_ja\":" + json_text(row.japanese) +
               ",\"meaning\":" + json_text(row.meaning) +
               ",\"meaning_ja\":" + json_text(event_meaning_ja(row.name)) + "}";
        before = ",\n";
    }
    out += "],\n\"fields\":[";
    before = "\n";
    for (const audit::FieldRow& row : audit::field_rows()) {
        out += before + std::string("{\"number\":") + std::to_string(static_cast<unsigned>(row.field)) +
               ",\"name\":" + json_text(row.name) + ",\"kind\":" + json_text(name_of(row.kind)) +
               ",\"meaning\":" + json_text(row.meaning) +
               ",\"meaning_ja\":" + json_text(field_meaning_ja(row.name)) + "}";
        before = ",\n";
    }
    return out + "]}\n";
}

}  // namespace sudare::bundle
