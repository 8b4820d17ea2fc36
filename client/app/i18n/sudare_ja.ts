<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>EndReason</name>
    <message>
        <source>Open pages, log-ins to sites and the history have been erased.</source>
        <translation>開いていたページ、サイトへのログイン、閲覧の履歴はすべて消去しました。</translation>
    </message>
    <message>
        <source>You can log in again at any time.</source>
        <translation>いつでも、もう一度ログインできます。</translation>
    </message>
    <message>
        <source>Log in again. If it happens again, tell the help desk the support code below.</source>
        <translation>もう一度ログインしてください。繰り返すときは、下の問い合わせ用コードをヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>If you need this for your work, ask your department&apos;s IT contact.</source>
        <translation>業務で必要なときは、所属の情報担当へご相談ください。</translation>
    </message>
    <message>
        <source>Tell the help desk the support code below and what you were doing.</source>
        <translation>下の問い合わせ用コードと、何をしていたかを、ヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>A safety check of the connection failed, so it was closed at once.</source>
        <translation>通信の安全検査で異常が見つかったため、ただちに切断しました。</translation>
    </message>
    <message>
        <source>The session has ended</source>
        <translation>閲覧を終了しました</translation>
    </message>
    <message>
        <source>The browser has been closed</source>
        <translation>ブラウザを閉じました</translation>
    </message>
    <message>
        <source>An administrator has ended the session</source>
        <translation>管理者が閲覧を終了しました</translation>
    </message>
    <message>
        <source>The administrators can end sessions, for example before maintenance.</source>
        <translation>保守の前などに、管理者が閲覧を終了することがあります。</translation>
    </message>
    <message>
        <source>Log in again later. If it happens again, ask your department&apos;s IT contact.</source>
        <translation>時間をおいて、もう一度ログインしてください。繰り返すときは、所属の情報担当へお問い合わせください。</translation>
    </message>
    <message>
        <source>The server is being stopped</source>
        <translation>サーバーを停止しています</translation>
    </message>
    <message>
        <source>It is being restarted or maintained.</source>
        <translation>再起動または保守を行っています。</translation>
    </message>
    <message>
        <source>Wait a few minutes, then log in again.</source>
        <translation>数分待ってから、もう一度ログインしてください。</translation>
    </message>
    <message>
        <source>The connection was closed</source>
        <translation>接続が切れました</translation>
    </message>
    <message>
        <source>The way between this terminal and the server was interrupted.</source>
        <translation>この端末とサーバーの間の通信が途切れました。</translation>
    </message>
    <message>
        <source>The session goes on at another terminal</source>
        <translation>閲覧は別の端末に引き継がれました</translation>
    </message>
    <message>
        <source>You logged in somewhere else and took the session with you.</source>
        <translation>別の端末でログインしたため、そちらで続いています。</translation>
    </message>
    <message>
        <source>If that was not you, tell the help desk at once.</source>
        <translation>心当たりがないときは、すぐにヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>The session ended because nothing was entered</source>
        <translation>操作がなかったため、閲覧を終了しました</translation>
    </message>
    <message>
        <source>After a time without input a session ends by itself, so that nobody else can use it.</source>
        <translation>席を離れている間にほかの人が使うことを防ぐため、しばらく操作がないと自動で終了します。</translation>
    </message>
    <message>
        <source>The time for this session is up</source>
        <translation>閲覧できる時間が終わりました</translation>
    </message>
    <message>
        <source>Your policy limits how long one session may last.</source>
        <translation>一回の閲覧の長さは、方針で決められています。</translation>
    </message>
    <message>
        <source>You cannot use the Internet here and now</source>
        <translation>いまは、この端末からインターネットを閲覧できません</translation>
    </message>
    <message>
        <source>Your policy does not permit this account, this terminal or this time of day.</source>
        <translation>この利用者名、この端末、またはこの時間帯は、方針で許可されていません。</translation>
    </message>
    <message>
        <source>You have too many sessions open</source>
        <translation>同時に閲覧できる数を超えています</translation>
    </message>
    <message>
        <source>Your policy limits how many sessions one person has at once.</source>
        <translation>一人が同時に開ける閲覧の数は、方針で決められています。</translation>
    </message>
    <message>
        <source>End the session on the other terminal, then log in again.</source>
        <translation>ほかの端末の閲覧を終了してから、もう一度ログインしてください。</translation>
    </message>
    <message>
        <source>Your policy has been changed</source>
        <translation>方針が変更されました</translation>
    </message>
    <message>
        <source>The new policy does not let this session go on.</source>
        <translation>新しい方針では、この閲覧を続けられません。</translation>
    </message>
    <message>
        <source>Log in again. If it is refused, ask your department&apos;s IT contact.</source>
        <translation>もう一度ログインしてください。できないときは、所属の情報担当へお問い合わせください。</translation>
    </message>
    <message>
        <source>This terminal is no longer permitted</source>
        <translation>この端末の使用は取り消されています</translation>
    </message>
    <message>
        <source>Its certificate has been revoked. This cannot be repaired at the terminal.</source>
        <translation>端末の証明書が失効しています。この端末では直せません。</translation>
    </message>
    <message>
        <source>Tell the help desk the number of this terminal.</source>
        <translation>この端末の番号を、ヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>Too many tries to log in</source>
        <translation>ログインの失敗が続きました</translation>
    </message>
    <message>
        <source>After several wrong tries the connection is closed.</source>
        <translation>失敗が続いたため、接続を切りました。</translation>
    </message>
    <message>
        <source>Check your user name and password, then try again.</source>
        <translation>利用者名とパスワードを確かめて、もう一度お試しください。</translation>
    </message>
    <message>
        <source>The log-in took too long</source>
        <translation>ログインの受け付けを終了しました</translation>
    </message>
    <message>
        <source>A connection without a log-in is closed after two minutes.</source>
        <translation>2分以内にログインしなかったため、接続を切りました。</translation>
    </message>
    <message>
        <source>Log in again.</source>
        <translation>もう一度ログインしてください。</translation>
    </message>
    <message>
        <source>The connection was closed for safety</source>
        <translation>安全のため、接続を切りました</translation>
    </message>
    <message>
        <source>More came over the connection than it may carry.</source>
        <translation>決められた量を超える通信がありました。</translation>
    </message>
    <message>
        <source>The connection no longer answered</source>
        <translation>応答がなくなりました</translation>
    </message>
    <message>
        <source>Nothing was heard from the other side for a while.</source>
        <translation>相手からの通信が、しばらくありませんでした。</translation>
    </message>
    <message>
        <source>The session was ended for safety</source>
        <translation>安全のため、閲覧を終了しました</translation>
    </message>
    <message>
        <source>A picture from the Internet side failed its check and was not shown.</source>
        <translation>インターネット側から届いた画像が検査に通らなかったため、表示しませんでした。</translation>
    </message>
    <message>
        <source>The browser has stopped</source>
        <translation>ブラウザが停止しました</translation>
    </message>
    <message>
        <source>It failed on the server. This terminal is not affected.</source>
        <translation>サーバー側で起きたことで、この端末に影響はありません。</translation>
    </message>
    <message>
        <source>Log in again. If the same page stops it again, tell the help desk the address of the page.</source>
        <translation>もう一度ログインしてください。同じページで繰り返すときは、そのページのアドレスをヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>The session has failed</source>
        <translation>閲覧を続けられなくなりました</translation>
    </message>
    <message>
        <source>A part of the server failed. This terminal is not affected.</source>
        <translation>サーバーの一部が停止しました。この端末に影響はありません。</translation>
    </message>
    <message>
        <source>The way to the Internet was lost</source>
        <translation>インターネットへの出口が使えなくなりました</translation>
    </message>
    <message>
        <source>The server&apos;s exit to the Internet failed, so the session was ended.</source>
        <translation>サーバーからインターネットへの出口が停止したため、閲覧を終了しました。</translation>
    </message>
    <message>
        <source>The browser&apos;s server cannot be reached</source>
        <translation>ブラウザを動かすサーバーにつながりません</translation>
    </message>
    <message>
        <source>The machine on which browsers run does not answer.</source>
        <translation>ブラウザを動かす機械から応答がありません。</translation>
    </message>
    <message>
        <source>Wait a few minutes, then log in again. If it goes on, tell the help desk.</source>
        <translation>数分待ってから、もう一度ログインしてください。続くときは、ヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>Log-ins cannot be checked right now</source>
        <translation>いまはログインを確認できません</translation>
    </message>
    <message>
        <source>The service for users and policies does not answer. Without it no session may run.</source>
        <translation>利用者と方針を管理するサービスから応答がありません。確認できない間は閲覧できません。</translation>
    </message>
    <message>
        <source>The connection has failed</source>
        <translation>接続に失敗しました</translation>
    </message>
    <message>
        <source>The picture can no longer be shown</source>
        <translation>画面を表示できなくなりました</translation>
    </message>
    <message>
        <source>The part of this program that draws the picture has stopped.</source>
        <translation>このプログラムの、画面を描く部分が停止しました。</translation>
    </message>
    <message>
        <source>The session cannot be recorded</source>
        <translation>閲覧を記録できません</translation>
    </message>
    <message>
        <source>No session may run without its record, and the record cannot be written.</source>
        <translation>記録のない閲覧は許可されていません。いまは記録を書き込めません。</translation>
    </message>
    <message>
        <source>Wait until the help desk has repaired it, then log in again.</source>
        <translation>ヘルプデスクによる復旧を待って、もう一度ログインしてください。</translation>
    </message>
    <message>
        <source>The server is full</source>
        <translation>サーバーが満員です</translation>
    </message>
    <message>
        <source>There is no room for another browser right now.</source>
        <translation>いまは、新しいブラウザを動かす余裕がありません。</translation>
    </message>
    <message>
        <source>The server met an error that it could not handle.</source>
        <translation>サーバーで予期しない異常が起きました。</translation>
    </message>
    <message>
        <source>The session could not wait any longer</source>
        <translation>セッションを保てる時間が過ぎました</translation>
    </message>
    <message>
        <source>The connection was interrupted for longer than a session is kept. Its open pages have been erased.</source>
        <translation>接続の切れていた時間が、セッションを保つ時間を超えました。開いていたページは消去しました。</translation>
    </message>
    <message>
        <source>Log in again to start a new session.</source>
        <translation>もう一度ログインして、新しいセッションを始めてください。</translation>
    </message>
    <message>
        <source>The session is over</source>
        <translation>セッションは終わっています</translation>
    </message>
    <message>
        <source>It ended while the connection was interrupted, or goes on at another terminal.</source>
        <translation>接続が切れている間に終わったか、別の端末に移っています。</translation>
    </message>
    <message>
        <source>Log in again. What still runs you will find again.</source>
        <translation>もう一度ログインしてください。続いているセッションがあれば、そこへ戻ります。</translation>
    </message>
    <message>
        <source>The browser is waiting for an update</source>
        <translation>ブラウザの更新を待っています</translation>
    </message>
    <message>
        <source>The browser on the server has had no security update for too long. Until it has been updated, no new session may start.</source>
        <translation>サーバーのブラウザが、長い間、安全のための更新を受けていません。更新されるまで、新しいセッションは始められません。</translation>
    </message>
    <message>
        <source>Tell the help desk. Once the browser is updated, log in again.</source>
        <translation>ヘルプデスクに知らせてください。更新が済んだら、もう一度ログインしてください。</translation>
    </message>
    <message>
        <source>Stopped by the security staff</source>
        <translation>セキュリティ担当者が利用を止めました</translation>
    </message>
    <message>
        <source>They are looking into an incident and have stopped log-ins. You may have nothing to do with it.</source>
        <translation>インシデントの調査のため、ログインを止めています。あなたに原因があるとは限りません。</translation>
    </message>
    <message>
        <source>Leave this terminal switched on and as it is. Call the help desk, and log in again only when they say so.</source>
        <translation>端末の電源を切らず、そのままにしてください。ヘルプデスクに電話し、指示があるまでログインしないでください。</translation>
    </message>
</context>
<context>
    <name>Enrolment</name>
    <message>
        <source>That code is not right.</source>
        <translation>確認番号が違います。</translation>
    </message>
    <message>
        <source>The password or the one-time code is wrong.</source>
        <translation>パスワードまたは確認番号が違います。</translation>
    </message>
    <message>
        <source>Enter the code that the authenticator shows now. If it keeps failing, check that the phone&apos;s clock is right.</source>
        <translation>認証アプリにいま表示されている番号を入れてください。続けて失敗するときは、スマートフォンの時計が合っているか確かめてください。</translation>
    </message>
    <message>
        <source>Check capital letters and the input method, then try again. If it keeps failing, ask the help desk.</source>
        <translation>大文字と小文字、日本語入力の状態を確かめて、もう一度お試しください。続けて失敗するときは、ヘルプデスクへお問い合わせください。</translation>
    </message>
    <message>
        <source>The server cannot do this right now.</source>
        <translation>いまは受け付けられません。</translation>
    </message>
    <message>
        <source>Wait a moment, then try again.</source>
        <translation>少し待ってから、もう一度お試しください。</translation>
    </message>
    <message>
        <source>A one-time code is needed.</source>
        <translation>確認番号が必要です。</translation>
    </message>
    <message>
        <source>Enter the six digits that your authenticator shows now.</source>
        <translation>認証アプリにいま表示されている6桁の数字を入れてください。</translation>
    </message>
    <message>
        <source>This new password is not good enough.</source>
        <translation>この新しいパスワードは使えません。</translation>
    </message>
    <message>
        <source>Choose a longer one, different from the present one and without your user name in it.</source>
        <translation>いまのものと違い、利用者名を含まない、もっと長いものを選んでください。</translation>
    </message>
    <message numerus="yes">
        <source>The next try is possible in %n second(s).</source>
        <translation>
            <numerusform>あと%n秒で、もう一度試せます。</numerusform>
        </translation>
    </message>
    <message>
        <source>Your password has been changed.</source>
        <translation>パスワードを変更しました。</translation>
    </message>
    <message>
        <source>Log in with the new one.</source>
        <translation>新しいパスワードでログインしてください。</translation>
    </message>
    <message>
        <source>One-time codes are set up.</source>
        <translation>確認番号を使えるようになりました。</translation>
    </message>
    <message>
        <source>Log in with your password and the next code: each code is good once.</source>
        <translation>パスワードと、次に表示される番号でログインしてください。番号は一度だけ使えます。</translation>
    </message>
    <message>
        <source>This password is not changed here.</source>
        <translation>このパスワードはここでは変更できません。</translation>
    </message>
    <message>
        <source>It is the one of your office&apos;s directory. Change it there, as at your own computer, then log in here with the new one.</source>
        <translation>庁内のディレクトリのパスワードです。お使いのパソコンと同じ方法で変更してから、新しいパスワードでログインしてください。</translation>
    </message>
    <message numerus="yes">
        <source>This terminal&apos;s certificate ends in %n day(s).</source>
        <translation>
            <numerusform>この端末の証明書の期限まであと %n 日です。</numerusform>
        </translation>
    </message>
    <message>
        <source>Without a new one it will not be able to connect.</source>
        <translation>更新されないと、この端末からは接続できなくなります。</translation>
    </message>
    <message>
        <source>You can work as usual. Please tell the help desk.</source>
        <translation>このままご利用いただけます。ヘルプデスクにお知らせください。</translation>
    </message>
</context>
<context>
    <name>Fault</name>
    <message>
        <source>This cannot be repaired at the terminal. Tell the help desk its number.</source>
        <translation>この端末では直せません。端末の番号をヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>Check the network cable or wireless connection, wait a moment and try again. If it goes on, tell the help desk.</source>
        <translation>ケーブルや無線の接続を確かめ、少し待ってから、もう一度お試しください。続くときは、ヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>The connection has ended</source>
        <translation>接続を終了しました</translation>
    </message>
    <message>
        <source>The server closed it in order.</source>
        <translation>サーバーが正常に終了しました。</translation>
    </message>
    <message>
        <source>You can log in again at any time.</source>
        <translation>いつでも、もう一度ログインできます。</translation>
    </message>
    <message>
        <source>The server was not found</source>
        <translation>サーバーが見つかりません</translation>
    </message>
    <message>
        <source>No machine in the network has this name.</source>
        <translation>この名前のサーバーは、庁内のネットワークにありません。</translation>
    </message>
    <message>
        <source>Check how the server is spelled. If it is right, tell the help desk.</source>
        <translation>サーバーの名前を確かめてください。正しいときは、ヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>The server cannot be reached</source>
        <translation>サーバーにつながりません</translation>
    </message>
    <message>
        <source>Nothing answers at this address.</source>
        <translation>この宛先から応答がありません。</translation>
    </message>
    <message>
        <source>The server does not answer</source>
        <translation>サーバーが応答しません</translation>
    </message>
    <message>
        <source>The connection was begun, but the server did not answer in time. It may be busy.</source>
        <translation>接続は始まりましたが、時間内に応答がありませんでした。混み合っているのかもしれません。</translation>
    </message>
    <message>
        <source>Wait a moment and try again. If it goes on, tell the help desk.</source>
        <translation>少し待ってから、もう一度お試しください。続くときは、ヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>Do not go on: this is not a trusted server</source>
        <translation>続けないでください。信頼できるサーバーではありません</translation>
    </message>
    <message>
        <source>The server could not prove that it is yours. It may be an imposter. Your password was not sent.</source>
        <translation>サーバーの証明書を確認できません。偽のサーバーのおそれがあります。パスワードは送っていません。</translation>
    </message>
    <message>
        <source>Do not try again. Tell the help desk at once.</source>
        <translation>もう一度試さずに、すぐヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>Do not go on: the server&apos;s certificate is revoked</source>
        <translation>続けないでください。サーバーの証明書が失効しています</translation>
    </message>
    <message>
        <source>This server was declared invalid. Your password was not sent.</source>
        <translation>このサーバーは無効とされています。パスワードは送っていません。</translation>
    </message>
    <message>
        <source>The list of revoked certificates is out of date</source>
        <translation>証明書の失効リストが古くなっています</translation>
    </message>
    <message>
        <source>Without a current list this terminal cannot tell whether the server is still valid.</source>
        <translation>新しいリストがないため、サーバーが有効かどうかを確認できません。</translation>
    </message>
    <message>
        <source>The terminal is not being updated. Tell the help desk.</source>
        <translation>端末の更新が止まっています。ヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>The server does not accept this terminal</source>
        <translation>この端末はサーバーに受け付けられません</translation>
    </message>
    <message>
        <source>Its certificate is missing, has expired or is not known to the server.</source>
        <translation>端末の証明書がない、期限が切れている、または登録されていません。</translation>
    </message>
    <message>
        <source>This terminal is no longer permitted</source>
        <translation>この端末の使用は取り消されています</translation>
    </message>
    <message>
        <source>Its certificate has been revoked.</source>
        <translation>端末の証明書が失効しています。</translation>
    </message>
    <message>
        <source>The server&apos;s encryption is too old</source>
        <translation>サーバーの暗号方式が古いため、接続しません</translation>
    </message>
    <message>
        <source>Only TLS 1.3 is used, and the server at this address does not offer it.</source>
        <translation>TLS 1.3 だけを使いますが、この宛先のサーバーは対応していません。</translation>
    </message>
    <message>
        <source>This is not a Sudare server</source>
        <translation>Sudare のサーバーではありません</translation>
    </message>
    <message>
        <source>Another service answers at this address, or another version.</source>
        <translation>この宛先では、別のサービスか、別の版が動いています。</translation>
    </message>
    <message>
        <source>This terminal is not set up yet</source>
        <translation>この端末の設定が済んでいません</translation>
    </message>
    <message>
        <source>Its certificate, its key or the list of trusted authorities is missing or cannot be read.</source>
        <translation>端末の証明書、鍵、または認証局のファイルがないか、読み取れません。</translation>
    </message>
    <message>
        <source>The connection was lost</source>
        <translation>接続が途切れました</translation>
    </message>
    <message>
        <source>The way between this terminal and the server was interrupted.</source>
        <translation>この端末とサーバーの間の通信が途切れました。</translation>
    </message>
    <message>
        <source>The connection no longer answers</source>
        <translation>応答がなくなりました</translation>
    </message>
    <message>
        <source>Nothing was heard from the server for a while.</source>
        <translation>サーバーからの通信が、しばらくありませんでした。</translation>
    </message>
    <message>
        <source>The connection was closed for safety</source>
        <translation>安全のため、接続を切りました</translation>
    </message>
    <message>
        <source>The server sent something that this program does not accept. Nothing of it was used.</source>
        <translation>サーバーから、取り決めにない内容が届きました。その内容は使わずに捨てました。</translation>
    </message>
    <message>
        <source>Tell the help desk the support code below and what you were doing.</source>
        <translation>下の問い合わせ用コードと、何をしていたかを、ヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>The picture can no longer be shown</source>
        <translation>画面を表示できなくなりました</translation>
    </message>
    <message>
        <source>The part of this program that draws the picture has stopped.</source>
        <translation>このプログラムの、画面を描く部分が停止しました。</translation>
    </message>
    <message>
        <source>Log in again. If it happens again, tell the help desk the support code below.</source>
        <translation>もう一度ログインしてください。繰り返すときは、下の問い合わせ用コードをヘルプデスクへお知らせください。</translation>
    </message>
</context>
<context>
    <name>LoginVerdict</name>
    <message>
        <source>The user name, the password or the one-time code is wrong.</source>
        <translation>利用者名、パスワード、確認番号のどれかが違います。</translation>
    </message>
    <message>
        <source>The user name or the password is wrong.</source>
        <translation>利用者名またはパスワードが違います。</translation>
    </message>
    <message>
        <source>Check capital letters and the input method, then try again. If it keeps failing, ask the help desk.</source>
        <translation>大文字と小文字、日本語入力の状態を確かめて、もう一度お試しください。続けて失敗するときは、ヘルプデスクへお問い合わせください。</translation>
    </message>
    <message>
        <source>The server cannot take log-ins right now.</source>
        <translation>いまはログインを受け付けられません。</translation>
    </message>
    <message>
        <source>Wait a moment, then try again. If it goes on, tell the help desk.</source>
        <translation>少し待ってから、もう一度お試しください。続くときは、ヘルプデスクへお知らせください。</translation>
    </message>
    <message>
        <source>A one-time code is needed.</source>
        <translation>確認番号が必要です。</translation>
    </message>
    <message>
        <source>Enter the six digits that your authenticator shows now, and log in again.</source>
        <translation>認証アプリに表示されている6桁の数字を入れて、もう一度ログインしてください。</translation>
    </message>
    <message>
        <source>Your password has to be changed first.</source>
        <translation>先にパスワードの変更が必要です。</translation>
    </message>
    <message numerus="yes">
        <source>The next try is possible in %n second(s).</source>
        <translation>
            <numerusform>あと%n秒で、もう一度試せます。</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a new one that only you know.</source>
        <translation>自分だけが知っている、新しいパスワードを決めてください。</translation>
    </message>
    <message>
        <source>One-time codes have to be set up first.</source>
        <translation>先に確認番号の登録が必要です。</translation>
    </message>
    <message>
        <source>You need the authenticator of your phone. Enter your password once more to begin.</source>
        <translation>スマートフォンの認証アプリを用意して、パスワードをもう一度入れてください。</translation>
    </message>
</context>
<context>
    <name>NoticeCode</name>
    <message>
        <source>Addresses inside the office network do not open from here.</source>
        <translation>庁内のアドレスは、ここからは開けません。</translation>
    </message>
    <message>
        <source>This site uses a port that is not permitted.</source>
        <translation>このサイトのポートは、許可されていません。</translation>
    </message>
    <message>
        <source>Sites without encryption (http) are not permitted for you.</source>
        <translation>暗号化されていないサイト（http）は、許可されていません。</translation>
    </message>
    <message>
        <source>There is no site with this name.</source>
        <translation>この名前のサイトはありません。</translation>
    </message>
    <message>
        <source>The site does not answer.</source>
        <translation>サイトから応答がありません。</translation>
    </message>
    <message>
        <source>Too many connections at once. Wait a moment, then reload.</source>
        <translation>同時の接続が多すぎます。少し待って、再読み込みしてください。</translation>
    </message>
    <message>
        <source>This key combination is blocked and was not sent.</source>
        <translation>このキーの組み合わせは制限されているため、送りませんでした。</translation>
    </message>
    <message>
        <source>Text from the input method is blocked and was not sent.</source>
        <translation>日本語入力からの文字は制限されているため、送りませんでした。</translation>
    </message>
    <message>
        <source>The mouse is blocked: you can only look.</source>
        <translation>マウスの操作は制限されています。見ることだけができます。</translation>
    </message>
    <message>
        <source>The keyboard is blocked. The key was not sent.</source>
        <translation>キーボードの操作は制限されているため、送りませんでした。</translation>
    </message>
    <message>
        <source>Pasted text is not sent to the Internet. Please type it.</source>
        <translation>貼り付けた文字は、インターネットへ送りません。手で入力してください。</translation>
    </message>
    <message>
        <source>This input is blocked and was not sent.</source>
        <translation>この操作は制限されているため、送りませんでした。</translation>
    </message>
    <message numerus="yes">
        <source>Without input the session ends in %n second(s). Move the mouse to go on.</source>
        <translation>
            <numerusform>操作がないと、あと%n秒で閲覧を終了します。続けるときは、マウスを動かしてください。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Your time is up in %n second(s). Finish what you are doing.</source>
        <translation>
            <numerusform>あと%n秒で閲覧の時間が終わります。作業を終えてください。</numerusform>
        </translation>
    </message>
    <message>
        <source>Your policy has been changed. What is restricted now stands in the bar above.</source>
        <translation>方針が変更されました。いまの制限は、上の帯の「制限」で確かめられます。</translation>
    </message>
    <message numerus="yes">
        <source>Too much input at once: %n character(s) a minute are permitted. Some were not sent.</source>
        <translation>
            <numerusform>入力が速すぎるため、一部を送りませんでした（1分に%n文字まで）。</numerusform>
        </translation>
    </message>
    <message>
        <source>Too much input at once. Some of it was not sent.</source>
        <translation>入力が速すぎるため、一部を送りませんでした。</translation>
    </message>
    <message numerus="yes">
        <source>Your time is up in %n minute(s). Finish what you are doing.</source>
        <translation>
            <numerusform>あと%n分で閲覧の時間が終わります。作業を終えてください。</numerusform>
        </translation>
    </message>
    <message>
        <source>A connection to a site that is not permitted was blocked.</source>
        <translation>許可されていないサイトへの接続を止めました。</translation>
    </message>
    <message>
        <source> (rule %1)</source>
        <translation>（規則 %1）</translation>
    </message>
    <message>
        <source>Your request has been passed on. If it is granted, the site opens without a new log-in.</source>
        <translation>申請を管理者に送りました。許可されると、ログインし直さずに開けるようになります。</translation>
    </message>
</context>
<context>
    <name>QualityPopup</name>
    <message>
        <source>Connection</source>
        <translation>接続</translation>
    </message>
    <message>
        <source>Quality: %1</source>
        <translation>接続の状態: %1</translation>
    </message>
    <message>
        <source>Way to the server and back: %1 ms</source>
        <translation>サーバーとの往復: %1 ミリ秒</translation>
    </message>
    <message>
        <source>Way to the server and back: not known here</source>
        <translation>サーバーとの往復: この端末では分かりません</translation>
    </message>
    <message>
        <source>Received: %1 kB per second</source>
        <translation>受信: 毎秒 %1 kB</translation>
    </message>
    <message>
        <source>Changes of the picture: %1 per second</source>
        <translation>画面の更新: 毎秒 %1 回</translation>
    </message>
    <message>
        <source>Decoding: %1 ms each</source>
        <translation>復号: 1 回 %1 ミリ秒</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>良好</translation>
    </message>
    <message>
        <source>Slow</source>
        <translation>遅い</translation>
    </message>
    <message>
        <source>Poor</source>
        <translation>悪い</translation>
    </message>
</context>
<context>
    <name>Recording</name>
    <message>
        <source>What the session shows on the screen is recorded, and where the pointer is.</source>
        <translation>このセッションの画面と、マウスポインターの位置を録画しています。</translation>
    </message>
    <message>
        <source>Keys that you press are not recorded. What the screen shows of them is in the recording: a password only where the page shows it in the clear.</source>
        <translation>押したキーそのものは録画しません。画面に表示された文字は録画に残ります。パスワードは、ページが読める形で表示したときだけ残ります。</translation>
    </message>
    <message>
        <source>Nothing else on this terminal is recorded: no other window, no camera, no sound.</source>
        <translation>この端末のほかのものは録画しません (ほかのウィンドウ、カメラ、音声)。</translation>
    </message>
    <message>
        <source>It serves to find out what happened after a security incident. Only appointed reviewers can open it; each time, who and why is put on record.</source>
        <translation>目的は、セキュリティ上の問題が起きたときに何があったかを確認することです。開けるのは指定された閲覧者だけで、だれが、なぜ開いたかは毎回記録されます。</translation>
    </message>
    <message>
        <source>To ask for disclosure of what is kept about you, or for how long it is kept, turn to your organisation&apos;s contact for personal information.</source>
        <translation>ご自身の情報の開示や、保存期間については、組織の個人情報の窓口にお尋ねください。</translation>
    </message>
</context>
<context>
    <name>Replay</name>
    <message>
        <source>Sudare</source>
        <translation>Sudare</translation>
    </message>
    <message>
        <source>Passphrase of the reviewer&apos;s key</source>
        <translation>閲覧者の鍵のパスフレーズ</translation>
    </message>
    <message>
        <source>The events beside this recording are not shown: they were changed or cannot be read.</source>
        <translation>この録画に付属する記録は表示しません。変更されているか、読み取れません。</translation>
    </message>
</context>
<context>
    <name>ReplayEvent</name>
    <message>
        <source>a rule forbids it</source>
        <translation>規則で禁止</translation>
    </message>
    <message>
        <source>it is not on the list</source>
        <translation>許可リストにない</translation>
    </message>
    <message>
        <source>an internal address</source>
        <translation>内部のアドレス</translation>
    </message>
    <message>
        <source>a forbidden port</source>
        <translation>禁止されたポート</translation>
    </message>
    <message>
        <source>without encryption</source>
        <translation>暗号化なし</translation>
    </message>
    <message>
        <source>no valid name</source>
        <translation>不正な名前</translation>
    </message>
    <message>
        <source>the name is not known</source>
        <translation>名前が見つからない</translation>
    </message>
    <message>
        <source>it does not answer</source>
        <translation>応答なし</translation>
    </message>
    <message>
        <source>too much for one day</source>
        <translation>1 日の上限を超過</translation>
    </message>
    <message>
        <source>the terminal broke the protocol</source>
        <translation>端末からの不正な通信</translation>
    </message>
    <message>
        <source>input that is blocked</source>
        <translation>禁止された入力</translation>
    </message>
    <message>
        <source>a blocked key combination</source>
        <translation>禁止されたキーの組み合わせ</translation>
    </message>
    <message>
        <source>too much input at once</source>
        <translation>一度に多すぎる入力</translation>
    </message>
    <message>
        <source>the session host broke the protocol</source>
        <translation>セッションホストからの不正な通信</translation>
    </message>
    <message>
        <source>typed faster than people do</source>
        <translation>人より速い文字入力</translation>
    </message>
    <message>
        <source>much text at once</source>
        <translation>一度に大量の文字</translation>
    </message>
    <message>
        <source>the pointer moves without end</source>
        <translation>ポインターが動き続けている</translation>
    </message>
    <message>
        <source>very much text in one day</source>
        <translation>1 日に大量の文字</translation>
    </message>
    <message>
        <source>Input of a minute: %1 keys, %2 characters, %3 clicks</source>
        <translation>1 分間の入力: キー %1、文字 %2、クリック %3</translation>
    </message>
    <message>
        <source>; %1 refused</source>
        <translation>、拒否 %1</translation>
    </message>
    <message>
        <source>Destination: %1</source>
        <translation>接続先: %1</translation>
    </message>
    <message>
        <source>Destination refused: %1 (%2)</source>
        <translation>接続を拒否: %1 (%2)</translation>
    </message>
    <message>
        <source>Session granted</source>
        <translation>セッションの許可</translation>
    </message>
    <message>
        <source>Session started</source>
        <translation>セッションの開始</translation>
    </message>
    <message>
        <source>Session ended</source>
        <translation>セッションの終了</translation>
    </message>
    <message>
        <source>The server ends the session</source>
        <translation>サーバーがセッションを終了</translation>
    </message>
    <message>
        <source>Changed rules apply</source>
        <translation>変更後の規則を適用</translation>
    </message>
    <message>
        <source>Connection lost</source>
        <translation>接続の中断</translation>
    </message>
    <message>
        <source>Session resumed</source>
        <translation>セッションの再開</translation>
    </message>
    <message>
        <source>Recording began</source>
        <translation>録画の開始</translation>
    </message>
    <message>
        <source>Recording ended</source>
        <translation>録画の終了</translation>
    </message>
    <message>
        <source>Recording failed</source>
        <translation>録画の失敗</translation>
    </message>
    <message>
        <source>A reviewer got the recording</source>
        <translation>閲覧者が録画を取り出し</translation>
    </message>
    <message>
        <source>Asked for permission: %1</source>
        <translation>許可の申請: %1</translation>
    </message>
    <message>
        <source>Refused: %1</source>
        <translation>操作を拒否: %1</translation>
    </message>
    <message>
        <source>Alarm: %1</source>
        <translation>警告: %1</translation>
    </message>
    <message>
        <source>the browser shows its first picture</source>
        <translation>ブラウザーが最初の画面を表示</translation>
    </message>
    <message>
        <source>runs without limits of memory and time</source>
        <translation>メモリと時間の制限なしで動作</translation>
    </message>
    <message>
        <source>its browser is old</source>
        <translation>ブラウザーが古い</translation>
    </message>
    <message>
        <source>Session host: %1</source>
        <translation>セッションホスト: %1</translation>
    </message>
</context>
<context>
    <name>ReplayExport</name>
    <message>
        <source>Session %1, %2 | exported by %3 at %4, key %5 | a copy, not the record</source>
        <translation>セッション %1、%2 | 出力: %3、%4、鍵 %5 | 写しであり、原本ではありません</translation>
    </message>
</context>
<context>
    <name>Request</name>
    <message>
        <source>Made the key %1. It stays on this terminal.
Give the request %2 to whoever runs the certification authority, and tell them the key&apos;s SHA-256 by another way:
%3</source>
        <translation>秘密鍵 %1 を作成しました。この端末から出さないでください。
要求 %2 を認証局の担当者に渡し、鍵の SHA-256 を別の方法で伝えてください:
%3</translation>
    </message>
</context>
<context>
    <name>Restriction</name>
    <message>
        <source>Typing is blocked: you can only look and click.</source>
        <translation>文字は入力できません。見ることとクリックだけができます。</translation>
    </message>
    <message>
        <source>The mouse is blocked.</source>
        <translation>マウスは使えません。</translation>
    </message>
    <message>
        <source>Copy and paste is blocked inside the browser, too.</source>
        <translation>ブラウザの中でも、コピーと貼り付けはできません。</translation>
    </message>
    <message>
        <source>Only the sites on your list open.</source>
        <translation>許可されたサイトだけを開けます。</translation>
    </message>
    <message>
        <source>Sites without encryption (http) do not open.</source>
        <translation>暗号化されていないサイト（http）は開けません。</translation>
    </message>
    <message>
        <source>Files cannot be saved to this terminal or sent from it.</source>
        <translation>ファイルを端末に保存すること、端末から送ることはできません。</translation>
    </message>
    <message>
        <source>Nothing can be copied between this terminal and the Internet.</source>
        <translation>端末とインターネットの間で、コピーと貼り付けはできません。</translation>
    </message>
    <message>
        <source>Pages cannot be printed.</source>
        <translation>ページは印刷できません。</translation>
    </message>
    <message>
        <source>These rules keep the Internet and the office network apart. If you need something for your work, ask your department&apos;s IT contact.</source>
        <translation>インターネットと庁内のネットワークを分けておくための決まりです。業務で必要なときは、所属の情報担当へご相談ください。</translation>
    </message>
    <message>
        <source>Text from the terminal&apos;s input method is blocked. Japanese is typed with the input method inside the session: Hankaku/Zenkaku or Ctrl+Space.</source>
        <translation>端末の日本語入力で確定した文字は送れません。日本語は画面内の入力システムで入力します (半角/全角 または Ctrl+Space)。</translation>
    </message>
    <message>
        <source>Mouse and keyboard reach the session in small steps: fast movements look a little less smooth.</source>
        <translation>マウスとキーボードの操作は小さな単位に区切って送られます。速い動きは少し粗く見えます。</translation>
    </message>
</context>
<context>
    <name>WaitingPage</name>
    <message>
        <source>Your browser is being started</source>
        <translation>ブラウザを起動しています</translation>
    </message>
    <message>
        <source>It runs on a server in the Internet zone. This takes a few seconds.</source>
        <translation>ブラウザは、インターネット側のサーバーで動きます。数秒お待ちください。</translation>
    </message>
</context>
<context>
    <name>sudare::client::Banner</name>
    <message>
        <source>Bar of the viewer</source>
        <translation>ビューアの帯</translation>
    </message>
    <message>
        <source>簾 Sudare</source>
        <translation>簾 Sudare</translation>
    </message>
    <message>
        <source>Internet</source>
        <translation>インターネット</translation>
    </message>
    <message>
        <source>Everything inside the coloured border comes from the Internet.</source>
        <translation>色の枠の内側は、すべてインターネット側の画面です。</translation>
    </message>
    <message>
        <source>The number of this session. The help desk may ask for it.</source>
        <translation>この閲覧の番号です。ヘルプデスクがお尋ねすることがあります。</translation>
    </message>
    <message>
        <source>End</source>
        <translation>終了</translation>
    </message>
    <message>
        <source>Ends the session and closes all pages (Ctrl+Alt+End)</source>
        <translation>閲覧を終了し、すべてのページを閉じます（Ctrl+Alt+End）</translation>
    </message>
    <message>
        <source>User: %1</source>
        <translation>利用者: %1</translation>
    </message>
    <message>
        <source>No. %1</source>
        <translation>番号 %1</translation>
    </message>
    <message>
        <source>Restrictions</source>
        <translation>制限</translation>
    </message>
    <message>
        <source>Leave full screen</source>
        <translation>全画面を終わる</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全画面</translation>
    </message>
    <message>
        <source>Full screen on or off (Ctrl+Alt+Enter)</source>
        <translation>全画面の切り替え（Ctrl+Alt+Enter）</translation>
    </message>
    <message>
        <source>What is restricted in this session</source>
        <translation>この閲覧で制限されていること</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>準備中</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>接続中</translation>
    </message>
    <message>
        <source>Ending</source>
        <translation>終了中</translation>
    </message>
    <message>
        <source>• %1</source>
        <translation>・%1</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>中断中</translation>
    </message>
    <message>
        <source>Time left in this session.</source>
        <translation>このセッションの残り時間です。</translation>
    </message>
    <message>
        <source>Connection: the numbers</source>
        <translation>接続の状態を数値で見る</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>最初のページ</translation>
    </message>
    <message>
        <source>Shows the start page in this tab (Alt+Home)</source>
        <translation>このタブに最初のページを表示します (Alt+Home)</translation>
    </message>
    <message>
        <source>−</source>
        <translation>−</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>縮小</translation>
    </message>
    <message>
        <source>Smaller (Ctrl+Alt+−)</source>
        <translation>縮小 (Ctrl+Alt+−)</translation>
    </message>
    <message>
        <source>Back to 100 % (Ctrl+Alt+0)</source>
        <translation>100 % に戻す (Ctrl+Alt+0)</translation>
    </message>
    <message>
        <source>+</source>
        <translation>+</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>拡大</translation>
    </message>
    <message>
        <source>Larger (Ctrl+Alt++)</source>
        <translation>拡大 (Ctrl+Alt++)</translation>
    </message>
    <message>
        <source>…</source>
        <translation>…</translation>
    </message>
    <message>
        <source>More</source>
        <translation>その他</translation>
    </message>
    <message>
        <source>%1:%2 left</source>
        <translation>残り %1:%2</translation>
    </message>
    <message>
        <source>Connected: %1</source>
        <translation>接続中: %1</translation>
    </message>
    <message>
        <source>Connection: %1</source>
        <translation>接続: %1</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Zoom: %1 percent</source>
        <translation>倍率: %1 パーセント</translation>
    </message>
    <message>
        <source>Zoom 100 %</source>
        <translation>倍率 100 %</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>接続</translation>
    </message>
    <message>
        <source>Japanese: in the session</source>
        <translation>日本語入力: 画面内</translation>
    </message>
    <message>
        <source>Your terminal sends keys only. An input method inside the session makes Japanese of them: Hankaku/Zenkaku or Ctrl+Space switches it on and off.</source>
        <translation>端末からはキーだけが送られます。日本語への変換は画面内の入力システムが行います。半角/全角 または Ctrl+Space で切り替えます。</translation>
    </message>
    <message>
        <source>Ask for it…</source>
        <translation>許可を申請…</translation>
    </message>
    <message>
        <source>Asks the administrators to permit this site for you.</source>
        <translation>このサイトの許可を管理者に申請します。</translation>
    </message>
    <message>
        <source>● Recording</source>
        <translation>● 録画中</translation>
    </message>
    <message>
        <source>The screen of this session is being recorded</source>
        <translation>このセッションの画面を録画しています</translation>
    </message>
    <message>
        <source>The screen of this session is being recorded.</source>
        <translation>このセッションの画面を録画しています。</translation>
    </message>
    <message>
        <source>The screen of this session is no longer recorded.</source>
        <translation>このセッションの画面の録画は止まりました。</translation>
    </message>
</context>
<context>
    <name>sudare::client::Controller</name>
    <message>
        <source>Connecting to the server…</source>
        <translation>サーバーに接続しています…</translation>
    </message>
    <message>
        <source>Checking your log-in…</source>
        <translation>ログインを確認しています…</translation>
    </message>
</context>
<context>
    <name>sudare::client::EnrolPage</name>
    <message>
        <source>QR code for the authenticator</source>
        <translation>認証アプリで読み取る QR コード</translation>
    </message>
    <message>
        <source>Present password</source>
        <translation>いまのパスワード</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>新しいパスワード</translation>
    </message>
    <message>
        <source>New password once more</source>
        <translation>新しいパスワード (もう一度)</translation>
    </message>
    <message>
        <source>One-time code (6 digits)</source>
        <translation>確認番号（6桁）</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>User: %1</source>
        <translation>利用者: %1</translation>
    </message>
    <message>
        <source>Change the password</source>
        <translation>パスワードの変更</translation>
    </message>
    <message>
        <source>Set up one-time codes</source>
        <translation>確認番号の登録</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>変更する</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>確認する</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>次へ</translation>
    </message>
    <message>
        <source>Scan the picture with the authenticator of your phone, or type the letters below it. Then enter the code that it shows.</source>
        <translation>スマートフォンの認証アプリで図を読み取るか、下の文字を入力してください。表示された番号を入れると登録が終わります。</translation>
    </message>
    <message>
        <source>Enter your password to begin.</source>
        <translation>パスワードを入れると始まります。</translation>
    </message>
    <message>
        <source>Enter the password that is valid now.</source>
        <translation>いま使っているパスワードを入れてください。</translation>
    </message>
    <message numerus="yes">
        <source>At least %n character(s), without your name in it.</source>
        <translation>
            <numerusform>%n文字以上で、利用者名を含まないものにしてください。</numerusform>
        </translation>
    </message>
    <message>
        <source>Both new passwords must be the same.</source>
        <translation>新しいパスワードは、二つとも同じものを入れてください。</translation>
    </message>
    <message>
        <source>Asking the server…</source>
        <translation>サーバーへ問い合わせています…</translation>
    </message>
</context>
<context>
    <name>sudare::client::EventList</name>
    <message>
        <source>Events of the session</source>
        <translation>セッションの記録</translation>
    </message>
    <message>
        <source>Record %1 of the audit log</source>
        <translation>監査記録の %1 番</translation>
    </message>
    <message>
        <source>These %1 events are in the audit log of %2 records that key %3 has signed.</source>
        <translation>この %1 件は、鍵 %3 が署名した監査記録 (%2 件) に含まれることを確認しました。</translation>
    </message>
    <message>
        <source>Only %1 of these %2 events are proven by the given key.</source>
        <translation>%2 件のうち、指定された鍵で確認できたのは %1 件だけです。</translation>
    </message>
    <message>
        <source>NOT PROVEN: no key was given that has signed these events (--log-key).</source>
        <translation>未確認: この記録に署名した鍵が指定されていません (--log-key)。</translation>
    </message>
    <message>
        <source> (not proven)</source>
        <translation> (未確認)</translation>
    </message>
</context>
<context>
    <name>sudare::client::EventStrip</name>
    <message>
        <source>Events along the time</source>
        <translation>時間順の記録</translation>
    </message>
</context>
<context>
    <name>sudare::client::LoginPage</name>
    <message>
        <source>Sudare</source>
        <translation>Sudare</translation>
    </message>
    <message>
        <source>Browse the Internet by screen transfer</source>
        <translation>画面転送によるインターネット閲覧</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>サーバー</translation>
    </message>
    <message>
        <source>for example sudare.city.example.jp</source>
        <translation>例: sudare.city.example.jp</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>利用者名</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>パスワード</translation>
    </message>
    <message>
        <source>Caps Lock is on.</source>
        <translation>Caps Lock がオンになっています。</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>パスワードを表示する</translation>
    </message>
    <message>
        <source>One-time code (6 digits)</source>
        <translation>確認番号（6桁）</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>ログイン</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message numerus="yes">
        <source>Log in (in %n second(s))</source>
        <translation>
            <numerusform>ログイン（あと%n秒）</numerusform>
        </translation>
    </message>
    <message>
        <source>Change password…</source>
        <translation>パスワードの変更…</translation>
    </message>
</context>
<context>
    <name>sudare::client::MainWindow</name>
    <message>
        <source>Sudare</source>
        <translation>Sudare</translation>
    </message>
    <message>
        <source>Internet - Sudare</source>
        <translation>インターネット - Sudare</translation>
    </message>
</context>
<context>
    <name>sudare::client::MessagePage</name>
    <message>
        <source>Log in again</source>
        <translation>もう一度ログイン</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Support code: %1   Session: %2</source>
        <translation>問い合わせ用コード: %1&#x3000;閲覧番号: %2</translation>
    </message>
    <message>
        <source>Support code: %1</source>
        <translation>問い合わせ用コード: %1</translation>
    </message>
</context>
<context>
    <name>sudare::client::NoticeBar</name>
    <message>
        <source>Got it</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>sudare::client::ReconnectPage</name>
    <message>
        <source>The connection is interrupted</source>
        <translation>接続が切れています</translation>
    </message>
    <message>
        <source>What you type now does not arrive. What you typed before is kept.</source>
        <translation>今入力した文字は届きません。これまでに入力した内容は残っています。</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>今すぐ接続</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>あきらめる</translation>
    </message>
    <message>
        <source>Since %1. Sudare is trying to come back by itself.</source>
        <translation>%1 に切れました。自動で接続し直しています。</translation>
    </message>
    <message>
        <source>Your session and its open pages are kept until %1.</source>
        <translation>セッションと開いているページは %1 まで保たれます。</translation>
    </message>
    <message numerus="yes">
        <source>Next try in %n second(s).</source>
        <translation>
            <numerusform>%n 秒後に接続します。</numerusform>
        </translation>
    </message>
    <message>
        <source>Trying to connect…</source>
        <translation>接続しています…</translation>
    </message>
</context>
<context>
    <name>sudare::client::RemoteView</name>
    <message>
        <source>Browser in the Internet zone</source>
        <translation>インターネット側のブラウザ</translation>
    </message>
    <message>
        <source>Ctrl+Alt+Home goes to the bar, Ctrl+Alt+Enter to full screen, Ctrl+Alt+End ends.</source>
        <translation>Ctrl+Alt+Home で帯へ移動、Ctrl+Alt+Enter で全画面、Ctrl+Alt+End で終了します。</translation>
    </message>
</context>
<context>
    <name>sudare::client::ReplayWindow</name>
    <message>
        <source>Recording - Sudare</source>
        <translation>録画 - Sudare</translation>
    </message>
    <message>
        <source>Recorded picture</source>
        <translation>録画された画面</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>一時停止</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>再生</translation>
    </message>
    <message>
        <source>The recording cannot be played further: it was changed or is damaged at this place.</source>
        <translation>この先は再生できません。この位置で録画が変更されたか、壊れています。</translation>
    </message>
    <message>
        <source>Time line</source>
        <translation>再生位置</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速さ</translation>
    </message>
    <message>
        <source>%1x</source>
        <translation>%1 倍</translation>
    </message>
    <message>
        <source>Recording of session %1: %2 to %3</source>
        <translation>録画の再生&#x3000;セッション %1&#x3000;%2 から %3 まで</translation>
    </message>
    <message>
        <source>It was not ended in order; what is here is whole.</source>
        <translation>正常に終了していない録画です。ここまでの内容に欠けはありません。</translation>
    </message>
    <message>
        <source>The file is torn or was changed behind its last whole part.</source>
        <translation>ファイルの末尾が途切れているか、変更されています。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Play or pause (Space)</source>
        <translation>再生・一時停止 (スペース)</translation>
    </message>
    <message>
        <source>−1</source>
        <translation>−1</translation>
    </message>
    <message>
        <source>One picture back (,)</source>
        <translation>1 画面戻る (,)</translation>
    </message>
    <message>
        <source>+1</source>
        <translation>+1</translation>
    </message>
    <message>
        <source>One picture forward (.)</source>
        <translation>1 画面進む (.)</translation>
    </message>
    <message>
        <source>Next refused try</source>
        <translation>次の拒否</translation>
    </message>
    <message>
        <source>Next refused try (R; Shift+R: the one before)</source>
        <translation>次に拒否された操作 (R。Shift+R で前)</translation>
    </message>
    <message>
        <source>Next destination</source>
        <translation>次の接続先</translation>
    </message>
    <message>
        <source>Next destination (D; Shift+D: the one before)</source>
        <translation>次の接続先 (D。Shift+D で前)</translation>
    </message>
    <message>
        <source>Speed (- and +)</source>
        <translation>速さ (- と +)</translation>
    </message>
</context>
<context>
    <name>sudare::client::SessionPage</name>
    <message numerus="yes">
        <source>%n character(s) cannot be sent to the Internet and were left out.</source>
        <translation>
            <numerusform>インターネットへ送れない文字を%n文字除きました。</numerusform>
        </translation>
    </message>
    <message>
        <source>End the session? All open pages are closed and erased.</source>
        <translation>閲覧を終了しますか。開いているページはすべて閉じ、消去します。</translation>
    </message>
    <message>
        <source>End</source>
        <translation>終了</translation>
    </message>
    <message>
        <source>Go on browsing</source>
        <translation>閲覧を続ける</translation>
    </message>
    <message numerus="yes">
        <source>%n pasted character(s) were not sent: only typed text may go to the Internet.</source>
        <translation>
            <numerusform>貼り付けられた %n 文字は送信しませんでした。インターネット側へ送れるのは、キーボードで入力した文字だけです。</numerusform>
        </translation>
    </message>
    <message>
        <source>Ask the administrators to permit this site for you? They see your name and the name of the site.</source>
        <translation>このサイトの許可を管理者に申請しますか？ 管理者には、あなたの名前とサイトの名前が伝わります。</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>申請する</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>やめる</translation>
    </message>
</context>
</TS>
