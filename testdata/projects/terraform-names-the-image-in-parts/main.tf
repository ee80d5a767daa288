resource "digitalocean_app" "id" {
  spec {
    name = "id"
    service {
      name = "kratos"
      image {
        registry_type = "DOCKER_HUB"
        registry      = "oryd"
        repository    = "kratos"
        tag           = "v1.2.0"
      }
    }
  }
}
