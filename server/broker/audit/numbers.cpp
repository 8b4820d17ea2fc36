// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/numbers.h"

#include <algorithm>

namespace sudare::audit {
namespace {

// What a plain number counts is the event's matter.
std::uint64_t* counted(GivenNumbers& numbers, EventType type) {
    switch (type) {
        case EventType::kExceptionAsked:
        case EventType::kChangeAsked:
        case EventType::kChangeApproved:
        case EventType::kChangeRefused:
            return &numbers.change;
        case EventType::kExceptionAdded:
        case EventType::kExceptionEnded:
            return &numbers.exception;
        default:
            return nullptr;
    }
}

std::uint64_t* named(GivenNumbers& numbers, EventType type, Field field) {
    switch (field) {
        case Field::kSession:
            return &numbers.session;
        case Field::kPolicyVersion:
            return &numbers.policy_version;
        case Field::kConsent:
            return &numbers.consent;
        case Field::kEmergency:
            return &numbers.emergency;
        case Field::kNumber:
            return counted(numbers, type);
        default:
            return nullptr;
    }
}

}  // namespace

void GivenNumbers::note(const Event& event) {
    for (const Entry& entry : event.entries) {
        std::uint64_t* const most = named(*this, event.type, entry.field);
        const auto* number = std::get_if<std::uint64_t>(&entry.value);
        if (most != nullptr && number != nullptr && *number <= kMost)
            *most = std::max(*most, *number);
    }
}

}  // namespace sudare::audit
