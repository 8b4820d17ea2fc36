// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <optional>

// The colours with which the probe page fills itself, and how a picture is read for them.
namespace sudare::selftest {

enum class Mark { kReady, kTrying, kRefused, kHappened, kDone };

struct MarkColour {
    Mark mark;
    QRgb colour;
    const char* css;
};
inline constexpr MarkColour kMarkColours[] = {{Mark::kReady, 0xff10408c, "#10408c"},
                                              {Mark::kTrying, 0xffb8860b, "#b8860b"},
                                              {Mark::kRefused, 0xff1b7f3b, "#1b7f3b"},
                                              {Mark::kHappened, 0xffc01818, "#c01818"},
                                              {Mark::kDone, 0xff5b2a86, "#5b2a86"}};

// The mark that fills the lower part of this page (Hands::page), at every one of many places; nullopt:
// another page, or something covers it.
std::optional<Mark> mark_of(const QImage& page);
// Whether the mark stands at any of these places.
bool shows_any(const QImage& page, Mark mark);

// The share of differing pixels, 0 to 1; 1 for another size.
double differing(const QImage& a, const QImage& b);

// Nothing is on it yet: (nearly) one colour.
bool is_blank(const QImage& page);

}  // namespace sudare::selftest
