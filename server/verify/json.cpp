// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "server/broker/audit/events.h"
#include "server/verify/json_object.h"

namespace sudare::verify {
const char* word_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::kProven:
            return "proven";
        case Verdict::kChanged:
            return "changed";
        case Verdict::kNotProven:
            return "not_proven";
    }
    return "";
}

std::string findings(const std::vector<Finding>& all) {
    return array(all, [](const Finding& found) {
        Object out;
        out.text("fault", name_of(found.fault)).text("file", found.file);
        if (found.index != kNoIndex)
            out.number("record", found.index);
        return out.number("offset", found.offset).text("detail", found.detail).done();
    });
}

void put_checkpoint(Object& out, const std::optional<evidence::Checkpoint>& checkpoint,
                    const std::string& key_id) {
    if (!checkpoint) {
        out.raw("checkpoint", "null");
        return;
    }
    out.raw("checkpoint", Object()
                              .text("origin", checkpoint->origin)
                              .text("key", key_id)
                              .number("records", checkpoint->size)
                              .text("root", evidence::hex(checkpoint->root))
                              .done());
}

std::string json_quoted(const std::string& value) {
    std::string out = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += std::string("\\") + c;
        else if (byte < 0x20 || byte == 0x7f) {
            char code[8];
            std::snprintf(code, sizeof code, "\\u%04x", byte);
            out += code;
        } else
            out += c;
    }
    return out + "\"";
}

std::string json_of(const Report& report, const std::string& what) {
    Object out;
    out.text("log", what).text("verdict", word_of(verdict_of(report)));
    out.number("records", report.records).number("segments", report.segments);
    out.number("deleted_records", report.deleted_records)
        .number("checkpoints_inside_deleted", report.inside_deleted);
    out.raw("deleted", array(report.deleted, [](const Deleted& one) {
                return Object()
                    .text("file", one.file)
                    .number("first", one.first)
                    .number("end", one.end)
                    .text("first_time", time_text(one.first_time))
                    .text("last_time", time_text(one.last_time))
                    .flag("recorded", one.recorded)
                    .text("rule", one.rule)
                    .done();
            }));
    put_checkpoint(out, report.proven, report.key_id);
    if (report.proven && report.proven->size != 0)
        out.text("proven_until", time_text(report.proven_time));
    out.number("unsigned_records", report.records - (report.proven ? report.proven->size : 0));
    out.number("checkpoints", report.checkpoints)
        .number("checkpoints_of_other_keys", report.other_keys);
    if (report.records != 0)
        out.text("first_time", time_text(report.first_time))
            .text("last_time", time_text(report.last_time));
    out.text("last_hash", evidence::hex(report.last_hash))
        .number("torn_bytes", report.torn_bytes)
        .flag("torn_records", report.torn_records);
    Object told;
    for (const auto& [event, count] : report.told)
        told.number(std::string(audit::row_of(static_cast<audit::EventType>(event))->name).c_str(),
                    count);
    out.raw("told_by_the_log", told.done());
    out.raw("set_aside", array(report.set_aside, Object::quoted));
    out.raw("strange_files", array(report.strange, Object::quoted));
    return out.raw("findings", findings(report.findings)).done() + "\n";
}

std::string json_of(const BundleReport& report, const std::string& what) {
    Object out;
    out.text("bundle", what).text("verdict", word_of(verdict_of(report)));
    put_checkpoint(out, report.newest, report.key_id);
    out.flag("without_gap", report.without_gap).number("records_of_other_keys", report.other_keys);
    out.raw("records", array(report.records, [](const BundleReport::Line& line) {
                return Object()
                    .number("record", line.index)
                    .flag("proven", line.proven)
                    .text("text", line.text)
                    .done();
            }));
    return out.raw("findings", findings(report.findings)).done() + "\n";
}

}  // namespace sudare::verify
