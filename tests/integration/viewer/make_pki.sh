#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make_pki.sh DIRECTORY: a private CA, a second one that nobody trusts, and one certificate for
# each case that the viewer must tell apart. For tests; `sudarectl pki` makes the real ones.
set -eu
cd "$1"

cat >ca.cnf <<'CNF'
[ca]
default_ca = tests
[tests]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
CNF
: >index.txt
echo 1000 >serial

authority() {  # name
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.pem" \
        -subj "/CN=$1" -days 30 -addext basicConstraints=critical,CA:true -addext keyUsage=keyCertSign,cRLSign
}
# issue NAME CA SUBJECT-ALT-NAME EXTENDED-KEY-USAGE [openssl ca options]
issue() {
    name=$1 ca=$2 san=$3 usage=$4
    shift 4
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" -out "$name.csr" \
        -subj "/CN=$name" -addext "subjectAltName=$san" -addext "extendedKeyUsage=$usage"
    openssl ca -config ca.cnf -batch -notext -in "$name.csr" -out "$name.pem" -cert "$ca.pem" \
        -keyfile "$ca.key" -days 20 "$@"
}

{
    authority ca
    authority other
    issue gateway ca URI:sudare:gateway:test serverAuth
    issue named ca DNS:localhost,IP:127.0.0.1 serverAuth
    issue elsewhere ca DNS:elsewhere.example serverAuth
    issue terminal ca URI:sudare:terminal:t1 clientAuth
    issue posing ca URI:sudare:terminal:t2,DNS:localhost,IP:127.0.0.1 serverAuth,clientAuth
    issue stranger other URI:sudare:gateway:test serverAuth
    issue strange-terminal other URI:sudare:terminal:t1 clientAuth
    issue expired ca URI:sudare:gateway:test serverAuth -startdate 20200101000000Z -enddate 20200201000000Z
    issue revoked-gateway ca URI:sudare:gateway:test serverAuth
    issue revoked-terminal ca URI:sudare:terminal:t3 clientAuth
    for name in revoked-gateway revoked-terminal; do
        openssl ca -config ca.cnf -revoke "$name.pem" -cert ca.pem -keyfile ca.key
    done
    openssl ca -config ca.cnf -gencrl -out crl.pem -cert ca.pem -keyfile ca.key -crldays 20
    openssl ca -config ca.cnf -gencrl -out crl-old.pem -cert ca.pem -keyfile ca.key \
        -crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z
    cat ca.pem crl.pem >ca-crl.pem
} >log 2>&1 || { cat log >&2; exit 1; }
