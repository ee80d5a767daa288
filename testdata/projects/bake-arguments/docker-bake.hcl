target "_common" {
  args = {
    KRATOS_VERSION = "v1.2.0"
  }
}
target "auth" {
  inherits = ["_common"]
  context = "auth"
  dockerfile = "Dockerfile"
}
