include "root" {
  path = find_in_parent_folders()
}

terraform {
  source = "../../../modules/kratos"
}

inputs = {
  image_tag = "v1.1.0"
}
