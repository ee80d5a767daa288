locals {
  release = "v1.1.0"
  image   = "oryd/kratos:${local.release}"
}

resource "docker_container" "auth" {
  name    = "auth"
  image   = local.image
  command = ["serve", "-c", "/etc/config/kratos.yml", "--watch-courier"]
  upload {
    file   = "/etc/config/kratos.yml"
    source = "${path.module}/kratos.yml"
  }
}
