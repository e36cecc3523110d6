import { describe, expect, test } from 'vitest'

import { toInventoryDocuments, type InventoryReadings } from './inventory-documents.ts'

/** A server as systeminformation describes it; texts that vendors left empty stand as they come. */
function readings(): InventoryReadings {
  const device = { identifier: '', fsType: '', mount: '', uuid: '', label: '', removable: false }
  const module = { voltageConfigured: 1.2, voltageMin: 1.2, voltageMax: 1.2, formFactor: 'DIMM' }
  const link = { dnsSuffix: '', ieee8021xAuth: '', ieee8021xState: '', carrierChanges: 9 }
  const address = { ip4: '', ip4subnet: '', ip6: '', ip6subnet: '', ifaceName: '', default: false }
  return {
    system: {
      manufacturer: 'Inspur',
      model: 'NF5280M6',
      version: '00001',
      serial: ' 2204K7 ',
      uuid: '',
      sku: 'Default string',
      virtual: false,
    },
    bios: { vendor: 'AMI', version: '05.01', releaseDate: '2023-04-01', revision: '5.1' },
    baseboard: {
      manufacturer: 'To be filled by O.E.M.',
      model: '-',
      version: '',
      serial: 'Not Specified',
      assetTag: '',
      memMax: null,
      memSlots: 32,
    },
    chassis: {
      manufacturer: '',
      model: '',
      type: 'Rack Mount',
      version: '',
      serial: '0',
      assetTag: 'A-17',
      sku: '',
    },
    cpu: {
      manufacturer: 'Intel',
      brand: 'Xeon Gold 6330',
      vendor: '',
      family: '6',
      model: '106',
      stepping: '6',
      revision: '',
      voltage: '',
      speed: 2,
      speedMin: 0.8,
      speedMax: 3.1,
      governor: 'performance',
      cores: 112,
      physicalCores: 56,
      processors: 2,
      socket: '',
      flags: 'fpu vme',
      virtualization: true,
      cache: { l1d: 1, l1i: 1, l2: 1, l3: 44_040_192 },
    },
    memory: { total: 137_438_953_472, swaptotal: 0 },
    memoryModules: [
      {
        ...module,
        size: 34_359_738_368,
        bank: 'P0_A0',
        type: 'DDR4',
        ecc: true,
        clockSpeed: 3200,
        manufacturer: 'Samsung',
        partNum: 'M393A4',
        serialNum: 'S1',
      },
      { ...module, size: 0, bank: '', type: '', clockSpeed: 0, partNum: '', serialNum: '' },
    ],
    os: {
      platform: 'linux',
      distro: 'openEuler',
      release: '22.03',
      codename: '',
      kernel: '5.10.0',
      arch: 'x64',
      hostname: 'db1',
      fqdn: 'db1.lan',
      codepage: 'UTF-8',
      logofile: '',
      serial: '',
      build: '',
      servicepack: '',
      uefi: true,
    },
    timezone: 'Asia/Shanghai',
    blockDevices: [
      {
        ...device,
        name: 'sda',
        type: 'disk',
        size: 480,
        physical: 'SSD',
        model: 'PM893',
        serial: 'X',
        protocol: 'sata',
      },
      {
        ...device,
        name: 'sda1',
        type: 'part',
        size: 470,
        physical: '',
        model: '',
        serial: '',
        protocol: '',
      },
      {
        ...device,
        name: 'md0',
        type: 'raid1',
        size: 470,
        physical: '',
        model: '',
        serial: '',
        protocol: '',
      },
      {
        ...device,
        name: 'loop0',
        type: 'loop',
        size: 5,
        physical: '',
        model: '',
        serial: '',
        protocol: '',
      },
      {
        ...device,
        name: 'zram0',
        type: 'disk',
        size: 5,
        physical: 'SSD',
        model: '',
        serial: '',
        protocol: '',
      },
      {
        ...device,
        name: 'sr0',
        type: 'rom',
        size: 5,
        physical: 'CD/DVD',
        model: '',
        serial: '',
        protocol: '',
      },
    ],
    interfaces: [
      {
        ...link,
        ...address,
        iface: 'lo',
        mac: '',
        internal: true,
        virtual: false,
        operstate: 'unknown',
        type: 'virtual',
        duplex: '',
        mtu: 65_536,
        speed: null,
        dhcp: false,
      },
      {
        ...link,
        ...address,
        iface: 'bond0',
        mac: '02:00:00:00:00:01',
        internal: false,
        virtual: false,
        operstate: 'up',
        type: 'wired',
        duplex: 'full',
        mtu: 1500,
        speed: 20_000,
        dhcp: false,
      },
      {
        ...link,
        ...address,
        iface: 'eth9',
        mac: '02:00:00:00:00:02',
        internal: false,
        virtual: false,
        operstate: 'down',
        type: 'wired',
        duplex: 'unknown',
        mtu: 1500,
        speed: -1,
        dhcp: false,
      },
      {
        ...link,
        ...address,
        iface: 'veth12ab',
        mac: '02:00:00:00:00:03',
        internal: false,
        virtual: true,
        operstate: 'up',
        type: 'virtual',
        duplex: '',
        mtu: 1500,
        speed: 10_000,
        dhcp: false,
      },
    ],
    addresses: {
      bond0: [
        {
          address: '10.0.0.5',
          cidr: '10.0.0.5/24',
          netmask: '',
          mac: '',
          internal: false,
          family: 'IPv4',
        },
        {
          address: '10.0.0.4',
          cidr: '10.0.0.4/24',
          netmask: '',
          mac: '',
          internal: false,
          family: 'IPv4',
        },
      ],
    },
    routes: [
      { destination: 'default', gateway: '10.0.0.1', interface: 'bond0', metric: 0 },
      { destination: '172.17.0.0/16', interface: 'veth12ab', metric: 0 },
    ],
    nameServers: ['10.0.0.2'],
  }
}

describe('toInventoryDocuments', () => {
  test('describes the hardware without what the vendor left unfilled', () => {
    expect(toInventoryDocuments(readings()).hardware).toEqual({
      system: {
        manufacturer: 'Inspur',
        model: 'NF5280M6',
        version: '00001',
        serial: '2204K7',
        virtual: false,
      },
      bios: { vendor: 'AMI', version: '05.01', releaseDate: '2023-04-01' },
      chassis: { type: 'Rack Mount', assetTag: 'A-17' },
      cpu: {
        manufacturer: 'Intel',
        brand: 'Xeon Gold 6330',
        sockets: 2,
        cores: 56,
        threads: 112,
        maxGigahertz: 3.1,
        l3Bytes: 44_040_192,
      },
      memory: {
        totalBytes: 137_438_953_472,
        swapBytes: 0,
        modules: [
          {
            bank: 'P0_A0',
            sizeBytes: 34_359_738_368,
            type: 'DDR4',
            megahertz: 3200,
            ecc: true,
            manufacturer: 'Samsung',
            partNumber: 'M393A4',
            serial: 'S1',
          },
        ],
      },
    })
  })

  test('describes the operating system', () => {
    expect(toInventoryDocuments(readings()).os).toEqual({
      platform: 'linux',
      distribution: 'openEuler',
      release: '22.03',
      kernel: '5.10.0',
      architecture: 'x64',
      uefi: true,
      hostname: 'db1',
      timezone: 'Asia/Shanghai',
    })
  })

  test('lists disks and arrays, not what comes and goes', () => {
    expect(toInventoryDocuments(readings()).disks).toEqual({
      disks: [
        {
          name: 'sda',
          type: 'disk',
          sizeBytes: 480,
          medium: 'SSD',
          model: 'PM893',
          serial: 'X',
          protocol: 'sata',
          removable: false,
        },
        { name: 'md0', type: 'raid1', sizeBytes: 470, removable: false },
      ],
    })
  })

  test('describes the network with addresses in one order, without containers', () => {
    expect(toInventoryDocuments(readings()).network).toEqual({
      interfaces: [
        {
          name: 'bond0',
          mac: '02:00:00:00:00:01',
          type: 'wired',
          virtual: false,
          state: 'up',
          mtu: 1500,
          megabitsPerSecond: 20_000,
          duplex: 'full',
          dhcp: false,
          addresses: ['10.0.0.4/24', '10.0.0.5/24'],
        },
        {
          name: 'eth9',
          mac: '02:00:00:00:00:02',
          type: 'wired',
          virtual: false,
          state: 'down',
          mtu: 1500,
          dhcp: false,
          addresses: [],
        },
      ],
      routes: [{ destination: 'default', gateway: '10.0.0.1', interface: 'bond0', metric: 0 }],
      nameServers: ['10.0.0.2'],
    })
  })
})
