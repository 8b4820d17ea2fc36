// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "protocol/evidence/checkpoint.h"
#include "protocol/evidence/merkle.h"
#include "protocol/ipc/broker_signer.h"

namespace sudare::signer {

// Key, and what was signed last, in one directory:
//   signer.key  Ed25519, PEM, mode 0600
//   signer.pub  the verifier key's line, for everybody
//   last        the checkpoint that was signed last
// What was signed last is durable before the signature leaves; a signer without that file does not
// start, since it could then be asked to sign another past. One thread.
class Signer {
public:
    // Makes key and directory for a log that has no checkpoint yet. kState: there is a key already.
    static Result<evidence::VerifierKey> make(const std::string& directory,
                                              const std::string& name);
    static Result<Signer> open(const std::string& directory);

    [[nodiscard]] ipc::SignerLast last() const { return {last_.size, last_.root, last_.origin}; }
    [[nodiscard]] const evidence::VerifierKey& verifier() const { return verifier_; }
    // The signed note, or why not.
    std::variant<std::string, ipc::SignRefusal> sign(const ipc::SignRequest& request);

private:
    Signer(std::string directory, evidence::SigningKey key, evidence::VerifierKey verifier,
           evidence::Checkpoint last);

    std::string directory_;
    evidence::SigningKey key_;
    evidence::VerifierKey verifier_;
    evidence::Checkpoint last_;
};

}  // namespace sudare::signer
