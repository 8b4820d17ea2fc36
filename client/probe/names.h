// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/core/session_client.h"
#include "client/probe/command.h"

// The words of scripts and answers for the numbers of the wire.
namespace sudare::probe {

std::string_view name_of(wire::Cursor cursor);
std::string_view name_of(wire::FieldKind kind);
std::string_view name_of(wire::NoticeCode code);
std::string_view name_of(wire::LoginVerdict verdict);
std::string_view name_of(client::Stage stage);

std::optional<wire::Cursor> cursor_by_name(std::string_view name);
std::optional<wire::FieldKind> field_kind_by_name(std::string_view name);
std::optional<wire::NoticeCode> notice_by_name(std::string_view name);
std::optional<wire::Button> button_by_name(std::string_view name);
std::optional<Until> until_by_name(std::string_view name);

// "a, b, c": what was expected, for error messages.
std::string cursor_names();
std::string field_kind_names();
std::string notice_names();

}  // namespace sudare::probe
