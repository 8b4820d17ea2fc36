#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which test shows that a field of the policy has its effect; check_docs.py holds docs/policy.md against it.
Run with --write it makes the table of the fields there anew, from the sources and this list."""
import sys

MATRIX = "broker/matrix_test.py"
ENDS, NEXT, TOLD = "test_what_ends_the_session", "test_what_counts_at_the_next_login_and_opening", "test_what_the_link_is_told_at_once"

# Field -> [(script below tests/integration, test) or (GoogleTest suite, case)]. Every field but those that nothing
# enforces is also in the matrix of the broker: each layer, changed while a session runs.
SHOWN = {
    "access.enabled": [(MATRIX, ENDS)],
    "access.weekdays": [(MATRIX, ENDS)],
    "access.hours": [(MATRIX, ENDS)],
    "access.terminals": [(MATRIX, ENDS)],
    "access.sessions_max": [(MATRIX, NEXT)],
    "access.idle_minutes": [("failures/together_test.py", "test_idle_and_total_time")],
    "access.total_minutes": [("failures/together_test.py", "test_idle_and_total_time")],
    "access.resume_minutes": [("viewer_app/hands_test.py", "test_back_after_a_cut_by_itself_with_everything_as_it_was")],
    "access.second_factor": [(MATRIX, NEXT), ("viewer_app/enrol_test.py", "test_a_second_factor_is_set_up_and_used")],
    "access.password_days": [(MATRIX, NEXT), ("broker/broker_test.py", "test_a_password_has_an_age_where_policy_says")],
    "web.allow_by_default": [("chain/chain_test.py", "test_denied_site_is_refused_and_told")],
    "web.plain_http": [("egress/proxy_test.py", "test_plain_http_only_where_the_policy_permits")],
    "web.clipboard_in_browser": [("refusals/refusals_test.py", "test_page_may_not_read_it")],
    "web.start_page": [("chain/chain_test.py", "test_start_page_is_shown"),
                       ("host/browser_test.py", "test_a_new_policy_reaches_the_running_browser")],
    "web.hosts": [("refusals/destinations_test.py", "test_denied_host"),
                  ("egress/same_rules_test.py", "test_hosts_are_denied_by_default"),
                  ("viewer_app/permission_test.py", "test_asked_for_and_permitted")],
    "web.denied_urls": [("chain/effects_test.py", "test_a_denied_path_is_never_asked_for")],
    "web.bookmarks": [("chain/effects_test.py", "test_the_bar_has_them_by_title_and_opens_their_addresses")],
    "web.connections_max": [("egress/proxy_test.py", "test_connection_quota")],
    "web.megabytes_per_day": [("egress/proxy_test.py", "test_byte_quota")],
    "input.keyboard": [("gateway/session_test.py", "test_keyboard")],
    "input.pointer": [("gateway/session_test.py", "test_pointer")],
    "input.text": [("gateway/session_test.py", "test_text"),
                   ("ime/session_ime_test.py", "test_keys_become_japanese_and_no_text_crosses")],
    "input.characters_per_minute": [("gateway/session_test.py", "test_characters_per_minute")],
    "input.blocked_combinations": [("gateway/session_test.py", "test_a_blocked_combination")],
    "input.profile": [("gateway/session_test.py", "test_profile"), ("InputFilterTest", "StrictRatesHold"),
                      ("InputPacerTest", "WhenItCameWithinASlotLeavesNoTrace")],
    "display.width_max": [("chain/chain_test.py", "test_the_policy_limits_the_picture")],
    "display.height_max": [("chain/chain_test.py", "test_the_policy_limits_the_picture")],
    "display.frames_per_second": [("chain/effects_test.py", "test_frames_per_second"),
                                  ("PipelineTest", "FramesPerSecondOfThePolicyHold")],
    "display.kilobits_per_second": [("chain/effects_test.py", "test_kilobits_per_second"),
                                    ("PipelineTest", "BitsPerSecondOfThePolicyHold")],
    "display.watermark": [("viewer_app/hands_test.py", "test_the_watermark_is_on_the_screen_where_policy_says")],
    "evidence.second_reviewer": [("broker/consent_test.py", "test_asked_given_used_once"),
                                 ("broker/matrix_test.py", "test_what_counts_at_the_export_of_a_recording")],
    "evidence.retention_days": [("evidence/retention_test.py", "test_recordings_go_by_order_and_sweep_alone"),
                                ("broker/matrix_test.py", "test_what_counts_at_the_deletion_of_a_recording")],
    "evidence.recording": [("recording/recording_test.py", "test_a_change_while_it_runs_counts_at_once"),
                           ("recording/recording_test.py", "test_a_recorder_that_dies_ends_what_must_be_recorded")],
}


def cell(name):
    """As it stands in the last column."""
    parts = [f"`{place.split('/')[-1]}: {test}`" if place.endswith(".py") else f"`{place}.{test}`"
             for place, test in SHOWN[name]]
    return ", ".join(parts) or "none"


def table(rows):
    """Markdown of the table; rows: name -> (type, permitted, default, enforced by, meaning), as check_docs reads them."""
    lines = ["| field | type | permitted | default | meaning | enforced today by | shown by |", "|---|---|---|---|---|---|---|"]
    for name, cells in rows.items():
        lines.append("| " + " | ".join([f"`{name}`", *cells, cell(name)]) + " |")
    return "\n".join(lines)


if __name__ == "__main__" and "--write" in sys.argv:
    import check_docs
    path = check_docs.ROOT / "docs" / "policy.md"
    text = path.read_text(encoding="utf-8")
    head, rest = text.split("## Fields\n", 1)
    before, after = rest.split("| field |", 1)
    old, tail = after.split("\n\n", 1)
    known = {check_docs.code_of(row[0])[0]: [c.replace("|", r"\|") for c in row[1:6]]
             for row in check_docs.tables_below(text, "Fields")}
    path.write_text(head + "## Fields\n" + before + table(known) + "\n\n" + tail, encoding="utf-8")
