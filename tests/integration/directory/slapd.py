# SPDX-License-Identifier: Apache-2.0
"""A real slapd as a child on loopback, with a directory of its own, and the CA that its certificate comes from."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

DEADLINE = 20  # seconds; nothing here comes near
SUFFIX = "dc=city,dc=example"
PEOPLE, GROUPS = f"ou=people,{SUFFIX}", f"ou=groups,{SUFFIX}"
ADMIN, ADMIN_PASSWORD = f"cn=admin,{SUFFIX}", "admin of the test"
SEARCHER, SEARCHER_PASSWORD = f"cn=sudare,{SUFFIX}", "search account of the test"
PASSWORD = "correct horse battery"
# Nothing of the machine's own LDAP settings.
ENVIRONMENT = {"PATH": os.environ["PATH"] + ":/usr/sbin", "LDAPNOINIT": "1"}

CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload ppolicy
pidfile {directory}/slapd.pid
TLSCACertificateFile {ca}
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
allow bind_anon_dn
{global}
database mdb
suffix {suffix}
rootdn cn=admin,{suffix}
rootpw "{admin_password}"
directory {directory}/data
maxsize 16777216
overlay memberof
overlay ppolicy
ppolicy_default cn=policy,{suffix}
ppolicy_use_lockout
access to attrs=userPassword by anonymous auth by self write by * none
access to * by users read by anonymous auth
"""

TREE = """dn: {suffix}
objectClass: dcObject
objectClass: organization
o: city
dc: {dc}

dn: ou=people,{suffix}
objectClass: organizationalUnit
ou: people

dn: ou=groups,{suffix}
objectClass: organizationalUnit
ou: groups

dn: cn=policy,{suffix}
objectClass: pwdPolicy
objectClass: device
cn: policy
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMustChange: TRUE
pwdMaxFailure: 0

dn: cn=sudare,{suffix}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: sudare
userPassword: {searcher_password}
"""


# libldap judges the certificate of "localhost" by the machine's own name.
LOCAL_NAMES = f"DNS:localhost,DNS:{socket.gethostname()},DNS:{socket.getfqdn()}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """A CA and what it signs, below a folder."""

    def __init__(self, folder, name):
        self.folder = pathlib.Path(folder)
        self.certificate, self.key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2, "-subj",
                f"/CN={name}", "-addext", "basicConstraints=critical,CA:true", "-keyout", self.key, "-out", self.certificate)

    def issue(self, name, names=LOCAL_NAMES):
        """(certificate, key) of a server."""
        base = self.folder / name
        request, certificate, key, extensions = (base.with_suffix(end) for end in (".csr", ".crt", ".key", ".ext"))
        extensions.write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n" if names else "")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                f"/CN={socket.gethostname()}",
                "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-days", 2, "-out", certificate,
                "-extfile", extensions)
        return certificate, key


class Slapd:
    def __init__(self, authority, tls=None, suffix=SUFFIX, extra="", port=None):
        """tls: (certificate, key); "" serves without TLS at all."""
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-slapd-"))
        (self.directory / "data").mkdir()
        self.authority, self.suffix = authority, suffix
        config = self.directory / "slapd.conf"
        certificate, key = tls or authority.issue(self.directory.name)
        text = CONFIG.format(directory=self.directory, ca=authority.certificate, certificate=certificate, key=key, suffix=suffix,
                             admin_password=ADMIN_PASSWORD, **{"global": extra})
        if tls == "":
            text = "\n".join(line for line in text.splitlines() if not line.startswith("TLS"))
        config.write_text(text)
        tree = TREE.format(suffix=suffix, dc=suffix.split(",")[0][3:], searcher_password=SEARCHER_PASSWORD)
        subprocess.run(["slapadd", "-f", config], input=tree, text=True, check=True, capture_output=True, env=ENVIRONMENT)
        self.port, self.plain_port = port or free_port(), free_port()
        self.url = f"ldaps://localhost:{self.port}"
        self.plain_url = f"ldap://localhost:{self.plain_port}"
        self.process = None
        self.start()

    def start(self):
        listen = f"ldap://127.0.0.1:{self.plain_port}/"
        listen += f" ldaps://127.0.0.1:{self.port}/" if "TLSCert" in (self.directory / "slapd.conf").read_text() else ""
        self.log = open(self.directory / "log", "a+")
        self.process = subprocess.Popen(["slapd", "-f", self.directory / "slapd.conf", "-h", listen, "-d", "stats"],
                                        stdout=self.log, stderr=self.log, env=ENVIRONMENT)
        end = time.monotonic() + DEADLINE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.plain_port)).close()
                return
            except ConnectionRefusedError:
                assert time.monotonic() < end and self.process.poll() is None, self.said()

    def said(self):
        """What slapd has seen: connections, binds and searches."""
        return (self.directory / "log").read_text()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def remove(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def tool(self, name, *arguments, dn=ADMIN, password=ADMIN_PASSWORD, stdin="", check=True):
        """ldapsearch and the like, under TLS."""
        done = subprocess.run([name, "-x", "-H", self.url, "-D", dn, "-w", password, *arguments], input=stdin, text=True,
                              capture_output=True, timeout=DEADLINE,
                              env={"PATH": ENVIRONMENT["PATH"], "LDAPTLS_CACERT": str(self.authority.certificate)})
        assert not check or done.returncode == 0, (name, arguments, done.stdout, done.stderr)
        return done

    def add(self, dn, **attributes):
        lines = [f"dn: {dn}"] + [f"{key}: {one}" for key, value in attributes.items()
                                 for one in (value if isinstance(value, list) else [value])]
        self.tool("ldapadd", stdin="\n".join(lines) + "\n")

    def add_person(self, name, dn=None, **more):
        dn = dn or f"uid={name},ou=people,{self.suffix}"
        password = more.pop("userPassword", PASSWORD)
        self.add(dn, objectClass="inetOrgPerson", uid=name, cn=name, sn=name, userPassword=password, **more)
        return dn

    def modify(self, text, *arguments):
        self.tool("ldapmodify", *arguments, stdin=text)

    def add_group(self, name, *members):
        dn = f"cn={name},ou=groups,{self.suffix}"
        self.add(dn, objectClass="groupOfNames", cn=name, member=list(members) or [ADMIN])
        return dn

    def change_member(self, verb, group, member):
        self.modify(f"dn: {group}\nchangetype: modify\n{verb}: member\nmember: {member}\n")
