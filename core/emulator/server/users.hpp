// Who may use the emulated server, by bearer token. What users other than the administrator may do, the Roles and
// RoleBindings of the project say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/server/http_message.hpp"

namespace upshift::emulator::server {

struct User {
  std::string name;
  std::vector<std::string> groups;
  bool administrator = false;
};

struct Tokens {
  std::string administrator;
  std::string unprivileged;
  std::vector<std::pair<std::string, std::string>> others = {};  // names and tokens
};

// Fills in what is empty with tokens nobody can guess.
Tokens complete(Tokens tokens);

class Users {
 public:
  explicit Users(Tokens tokens);

  // The user whose bearer token the request carries; without any the anonymous one. nullptr: the token is not valid.
  const User* authenticate(const HttpRequest& request) const;
  const Tokens& tokens() const { return tokens_; }

 private:
  Tokens tokens_;
  User administrator_;
  User anonymous_;
  std::vector<std::pair<User, std::string>> users_;  // with their tokens
};

// "User" of user.openshift.io, as `oc whoami` reads it.
Json to_json(const User& user);

}  // namespace upshift::emulator::server
