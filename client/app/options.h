// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSize>
#include <QString>
#include <QStringList>
#include <optional>

#include "client/app/theme.h"
#include "client/core/settings.h"
#include "protocol/core/result.h"
#include "protocol/core/terminal.h"

namespace sudare::client {

// What may stand on the command line; everything left out comes from the settings. No secrets:
// the password comes through a descriptor.
struct Options {
    QString server;
    QString user;
    IdentityPaths paths;
    std::optional<Locale> language;  // none: the system's
    std::optional<int> password_fd;  // one line is read from it, and the viewer logs in by itself
    bool full_screen = false;
    std::optional<QSize> size;  // of the window, logical pixels
    Look look = Look::kSystem;
    std::optional<int> zoom;  // percent
    bool large_cursor = false;
    // A recording to play instead of a session; both or none. password_fd then has the passphrase.
    QString replay, replay_key;
    // What the audit log says about its session: a bundle (empty: the recording's name and ".events",
    // if there is one), and the key that must have signed it: its line, or a file with such lines.
    QString replay_events, log_key;
    // Instead of the window: a part of it to a file. As written; client/app/replay_export.h reads them.
    QString clip, frame, out, reviewer;
    QString request_name;       // --make-request: a terminal's; nothing else is done then
    QString request_directory;  // where key and request go
};

// arguments[0] is the program. --help and --version answer and exit. Errors: kBadInput with a
// sentence for the terminal.
Result<Options> parse_options(const QStringList& arguments);

// The viewer's own settings, read from the user's file and, below it, the system's (INI format).
// Nothing else is ever stored, and never a password.
struct Preferences {
    QString server;
    QString user;
    IdentityPaths paths;
    QSize size;  // invalid: never set
    bool maximized = false;
    int zoom = 100;  // percent, kZoomMin..kZoomMax
};
Preferences load_preferences();
void save_preferences(const Preferences& preferences);

// The settings with the options laid over them.
Preferences effective(const Preferences& stored, const Options& options);

}  // namespace sudare::client
