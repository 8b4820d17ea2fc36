// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <optional>
#include <string_view>

#include "protocol/core/self_test.h"

namespace sudare::selftest {

// What came of one try, as the tester saw it. The log is asked by sudarectl.
struct Outcome {
    std::string_view name;                             // of self_test::kTries
    std::string_view result = self_test::kUnclear;     // of self_test::kResults, never kNoEvidence
    QString detail;                                    // for people: what was seen
    std::optional<quint64> session;                    // in which it was tried
    std::optional<quint16> port;                       // of a connection without a session
    QStringList hosts;                                 // that were asked for
    QImage picture;                                    // the screen at its end; null: none

    [[nodiscard]] Outcome is(std::string_view what, QString why) const {
        Outcome out = *this;
        out.result = what;
        out.detail = std::move(why);
        return out;
    }
};

}  // namespace sudare::selftest
