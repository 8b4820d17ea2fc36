// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sudare::client {

// Tells typed text from pasted text among the commits of an input method, so that an input method's
// own clipboard history does not become the clipboard that this program does not have. It sees
// counts only: keys that the input method kept for itself, changes of the composition, and how many
// code points a commit brings.
//
//   With a composition before it a commit may bring four code points for each key consumed: romaji
//   needs one to three keys for one kana, and prediction ("yoro" for a whole greeting) stays below.
//   Without one it may bring one code point, for a key that was consumed: mozc commits a
//   full-width space or digit so.
//
// One thread.
class PasteGuard {
   public:
    static constexpr int kPerKey = 4;
    static constexpr int kWithoutComposition = 1;

    // A key that the input method consumed: it was pressed, and no widget saw it.
    void consumed(std::uint64_t keys) { keys_ += keys; }
    // The composition is now this long; 0: there is none.
    void composing(int length);
    // Whether this commit was typed; the next one starts from nothing.
    bool admit(int code_points);
    // The keyboard was elsewhere.
    void reset();

    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }  // code points so far

   private:
    std::uint64_t keys_ = 0;
    // Of the composition: how often it changed, and how long it was. It took as many keys at least,
    // where nobody counts them.
    std::uint64_t changes_ = 0;
    int length_ = 0, longest_ = 0;
    bool composed_ = false;
    std::uint64_t dropped_ = 0;
};

}  // namespace sudare::client
