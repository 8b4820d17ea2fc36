// SPDX-License-Identifier: Apache-2.0
#include "server/bundle/schema.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "server/broker/audit/events.h"

namespace sudare::bundle {
namespace {

// Scripts of others read the file; it is made anew by: sudarectl log --schema > docs/audit-schema.json
TEST(Schema, TheDocumentIsWhatTheProgramSays) {
    std::ifstream file(SUDARE_SOURCE "/docs/audit-schema.json");
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), schema_json()) << "make it anew: sudarectl log --schema > docs/audit-schema.json";
}

TEST(Schema, EverythingIsToldInBothLanguages) {
    const auto schema = boost::json::parse(schema_json());
    const auto& events = schema.at("events").as_array();
    const auto& fields = schema.at("fields").as_array();
    ASSERT_EQ(events.size(), audit::event_rows().size());
    ASSERT_EQ(fields.size(), audit::field_rows().size());
    for (const auto* rows : {&events, &fields})
        for (const auto& row : *rows)
            for (const char* name : {"name", "meaning", "meaning_ja"})
                EXPECT_FALSE(row.at(name).as_string().empty())
                    << row.at("name") << ": " << name << " (server/bundle/meanings_ja.cpp)";
    EXPECT_EQ(events[0].at("number").as_int64(), 1);
    EXPECT_EQ(fields[0].at("kind").as_string(), "bytes");
}

}  // namespace
}  // namespace sudare::bundle
