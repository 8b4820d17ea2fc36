// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/core/limits.h"
#include "protocol/core/result.h"
#include "protocol/ipc/rules.h"

// sudare-broker <-> sudare-directory, on a Unix stream socket to which sudare-directory connects: the
// broker has no call that connects to anything. One connection at a time; its uid is checked.
//
//   broker -> directory: Groups once, first; then Check, at most kDirectoryChecksMax unanswered
//   directory -> broker: one Verdict for each Check, in any order
// Anything else ends the connection. The broker decides what a verdict means: sudare-directory knows no
// accounts, and its word lets in only people whose account is marked as one of the directory.
namespace sudare::ipc {

enum class DirectoryFrame : std::uint8_t {
    // broker -> directory
    kGroups = 0x01,
    kCheck = 0x02,
    // directory -> broker
    kVerdict = 0x41,
};

inline constexpr std::size_t kDirectoryChecksMax = 8;
inline constexpr std::size_t kDirectoryGroupsMax = 64;  // bits of DirectoryVerdict::groups
inline constexpr std::size_t kDirectoryNameBytesMax = 512;

// Distinguished names (RFC 4514), 1..kDirectoryNameBytesMax bytes each; by their place a verdict names
// them.
using DirectoryGroups = std::vector<std::string>;

struct DirectoryCheck {
    std::uint32_t number = 0;  // comes back with the verdict
    std::string user;          // 1..limits::kUserNameBytesMax
    std::string password;      // 1..limits::kPasswordBytesMax: never empty (RFC 4513 section 5.1.2)
};
// Overwrites the password where it stands.
void wipe(DirectoryCheck& check);

// Numbers go over the border; new ones at the end.
enum class DirectoryAnswer : std::uint8_t {
    kRight = 0,
    kWrong = 1,
    // the person, who is refused whatever the password
    kUnknown = 2,     // no entry
    kAmbiguous = 3,   // more than one
    kLocked = 4,
    kExpired = 5,     // password or account
    kMustChange = 6,  // the password, in the directory
    kDisabled = 7,    // or not at this time, or not from here
    // the directory, which says nothing about the person
    kUnreachable = 8,  // no connection, or no TLS that we trust
    kTooSlow = 9,
    kReferral = 10,    // it sends us elsewhere, where we do not go
    kOwnAccount = 11,  // it refuses the account with which people are searched
    kFault = 12,       // anything else; stderr of sudare-directory says it
};
// "directory_locked"...: cause of the audit record; "wrong_password" for kWrong.
std::string_view name_of(DirectoryAnswer answer);
// Whether it is about the directory: no try of the person.
constexpr bool is_outage(DirectoryAnswer answer) { return answer >= DirectoryAnswer::kUnreachable; }

struct DirectoryVerdict {
    std::uint32_t number = 0;
    DirectoryAnswer answer = DirectoryAnswer::kFault;
    std::uint64_t groups = 0;  // bit i: member of group i; 0 unless kRight
};

inline constexpr std::uint32_t kDirectoryGroupsBytesMax = 1 + kDirectoryGroupsMax * (2 + kDirectoryNameBytesMax);
inline constexpr std::uint32_t kDirectoryCheckBytesMax = 4 + 4 + limits::kUserNameBytesMax + limits::kPasswordBytesMax;
inline constexpr RuleRow kDirectoryDownRows[] = {
    {0x01, {1, kDirectoryGroupsBytesMax}},
    {0x02, {4 + 4 + 2, kDirectoryCheckBytesMax}},
};
inline constexpr RuleRow kDirectoryUpRows[] = {
    {0x41, {4 + 1 + 8, 4 + 1 + 8}},
};

// Payloads, as in broker_link.h: read_* refuse with kBadInput what is malformed.
std::vector<std::uint8_t> write_directory_groups(const DirectoryGroups& groups);
Result<DirectoryGroups> read_directory_groups(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_directory_check(const DirectoryCheck& check);  // wipe it after use
Result<DirectoryCheck> read_directory_check(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_directory_verdict(const DirectoryVerdict& verdict);
Result<DirectoryVerdict> read_directory_verdict(std::span<const std::uint8_t> payload);

}  // namespace sudare::ipc
