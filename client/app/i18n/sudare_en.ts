<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Enrolment</name>
    <message numerus="yes">
        <source>The next try is possible in %n second(s).</source>
        <translation>
            <numerusform>The next try is possible in %n second.</numerusform>
            <numerusform>The next try is possible in %n seconds.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>This terminal&apos;s certificate ends in %n day(s).</source>
        <translation>
            <numerusform>This terminal&apos;s certificate ends in %n day.</numerusform>
            <numerusform>This terminal&apos;s certificate ends in %n days.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LoginVerdict</name>
    <message numerus="yes">
        <source>The next try is possible in %n second(s).</source>
        <translation>
            <numerusform>The next try is possible in %n second.</numerusform>
            <numerusform>The next try is possible in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NoticeCode</name>
    <message numerus="yes">
        <source>Without input the session ends in %n second(s). Move the mouse to go on.</source>
        <translation>
            <numerusform>Without input the session ends in %n second. Move the mouse to go on.</numerusform>
            <numerusform>Without input the session ends in %n seconds. Move the mouse to go on.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Your time is up in %n second(s). Finish what you are doing.</source>
        <translation>
            <numerusform>Your time is up in %n second. Finish what you are doing.</numerusform>
            <numerusform>Your time is up in %n seconds. Finish what you are doing.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Too much input at once: %n character(s) a minute are permitted. Some were not sent.</source>
        <translation>
            <numerusform>Too much input at once: %n character a minute are permitted. Some were not sent.</numerusform>
            <numerusform>Too much input at once: %n characters a minute are permitted. Some were not sent.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Your time is up in %n minute(s). Finish what you are doing.</source>
        <translation>
            <numerusform>Your time is up in %n minute. Finish what you are doing.</numerusform>
            <numerusform>Your time is up in %n minutes. Finish what you are doing.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sudare::client::EnrolPage</name>
    <message numerus="yes">
        <source>At least %n character(s), without your name in it.</source>
        <translation>
            <numerusform>At least %n character, without your name in it.</numerusform>
            <numerusform>At least %n characters, without your name in it.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sudare::client::LoginPage</name>
    <message numerus="yes">
        <source>Log in (in %n second(s))</source>
        <translation>
            <numerusform>Log in (in %n second)</numerusform>
            <numerusform>Log in (in %n seconds)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sudare::client::ReconnectPage</name>
    <message numerus="yes">
        <source>Next try in %n second(s).</source>
        <translation>
            <numerusform>Next try in %n second.</numerusform>
            <numerusform>Next try in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sudare::client::SessionPage</name>
    <message numerus="yes">
        <source>%n character(s) cannot be sent to the Internet and were left out.</source>
        <translation>
            <numerusform>%n character cannot be sent to the Internet and were left out.</numerusform>
            <numerusform>%n characters cannot be sent to the Internet and were left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pasted character(s) were not sent: only typed text may go to the Internet.</source>
        <translation>
            <numerusform>%n pasted character was not sent: only typed text may go to the Internet.</numerusform>
            <numerusform>%n pasted characters were not sent: only typed text may go to the Internet.</numerusform>
        </translation>
    </message>
</context>
</TS>
